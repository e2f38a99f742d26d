using ThreadStore.Comments;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Comments on their way in, parents before their replies.</summary>
sealed class CommentSource(LoadContext load)
{
    readonly CommentNumbers shared = new(load);
    StagedComment? after;
    (long Article, DateTimeOffset? First) opened;

    public async Task<List<Incoming>?> NextAsync(CancellationToken ct)
    {
        var comments = load.Reading.Comments(after, LoadContext.Stretch);
        if (comments.Count == 0)
            return null;
        after = comments[^1];
        var times = comments.ToDictionary(c => c.Seq, TimeOf);
        var (known, numbers) = await NumberAsync(comments, times, ct);
        return
        [
            .. comments.Select(c =>
            {
                var parent = c.ParentId is { } parentId
                    ? load.IdOf(parentId, numbers.GetValueOrDefault(c.ParentSeq ?? 0, c.ParentN))
                    : (Guid?)null;
                var id = load.IdOf(c.Id, c.N);
                if (known.GetValueOrDefault(id) is { } there)
                {
                    load.Already(Lost.Comment);
                    if (IsChanged(c, parent, there))
                        load.Tell(
                            new(
                                load.Names[c.File],
                                c.Line,
                                c.Id,
                                "changed",
                                "it was imported before with another text, which is kept."
                            )
                        );
                    return new Incoming(Lost.Comment, c.Id, c.File, c.Line, []);
                }
                return new Incoming(Lost.Comment, c.Id, c.File, c.Line, Events(c, id, parent, times[c.Seq]));
            }),
        ];
    }

    List<FeedLine> Events(StagedComment c, Guid id, Guid? parent, DateTimeOffset postedAt)
    {
        var lines = load.Events.Comment(
            new(
                id,
                LoadContext.SourceId(c.Id, c.N),
                c.ArticleKey,
                parent,
                c.Depth,
                new(c.AuthorKey, ForeignKeys.Name(c.AuthorName), c.Picture),
                postedAt,
                c.PostedAt is null,
                c.Text
            ),
            c.HasVotes ? null : c.Text.Score,
            c.Seq
        );
        // here, where nobody waits for it under the append lock
        foreach (var line in lines)
        {
            (line.Event as CommentPosted)?.Text.MakeReady();
            (line.Event as CommentEdited)?.Text.MakeReady();
        }
        return lines;
    }

    /// <summary>
    /// Where another comment has its id, which the time tells, each of them gets a number of its own; the parents that are
    /// in the stretch have theirs then, too.
    /// </summary>
    async Task<(Dictionary<Guid, KnownComment> Known, Dictionary<long, int> Numbers)> NumberAsync(
        List<StagedComment> comments,
        Dictionary<long, DateTimeOffset> times,
        CancellationToken ct
    )
    {
        var known = await load.Lookup.CommentsAsync([.. comments.Select(c => load.IdOf(c.Id, c.N))], ct);
        var contested = comments
            .Where(c =>
                !c.IsSettled
                && (
                    c.IsShared
                    || c.PostedAt is not null
                        && known.GetValueOrDefault(load.IdOf(c.Id, c.N)) is { } there
                        && there.PostedAt != times[c.Seq]
                )
            )
            .Select(c => c.Id)
            .ToHashSet();
        var numbers = comments.ToDictionary(c => c.Seq, c => c.N);
        if (contested.Count == 0)
            return (known, numbers);
        foreach (var (seq, n) in await shared.SettleAsync(contested, ct))
            numbers[seq] = n;
        for (var i = 0; i < comments.Count; i++)
            comments[i] = comments[i] with { N = numbers[comments[i].Seq] };
        return (
            await load.Lookup.CommentsAsync([.. comments.Select(c => load.IdOf(c.Id, c.N))], ct),
            numbers
        );
    }

    DateTimeOffset TimeOf(StagedComment c)
    {
        if (c.PostedAt is { } told)
            return told;
        if (opened.Article != c.Article)
            opened = (c.Article, load.Reading.FirstOf(c.Article));
        // a page may be dated 9999-12-31, and nobody wrote on it then
        var published = c.PublishedAt is { } at && FeedFacts.IsTimeOfPeople(at) ? at : (DateTimeOffset?)null;
        var first = published ?? opened.First ?? load.Events.Now;
        return first.AddSeconds(c.Place) is var next && FeedFacts.IsTimeOfPeople(next) ? next : first;
    }

    /// <summary>Nothing happened to it here since, and it has another text.</summary>
    bool IsChanged(StagedComment c, Guid? parent, KnownComment there)
    {
        var versions =
            1
            + (c.Text.Later?.Count ?? 0)
            + (c.Text.State == ForeignState.Deleted || c.Text.IsFeatured ? 1 : 0);
        if (there.Version != versions)
            return false;
        var body = c.Text.Later is { Count: > 0 } later ? later[^1].Body : c.Text.Body;
        var text = TextHash.Of(load.Site, c.AuthorKey, c.ArticleKey, parent, body);
        return TextHash.TextOf(there.Text) != text;
    }
}
