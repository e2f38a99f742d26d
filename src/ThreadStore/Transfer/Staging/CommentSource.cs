using ThreadStore.Comments;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Comments on their way in, parents before their replies.</summary>
sealed class CommentSource(LoadContext load)
{
    /// <summary>Other comments of one id; past it something is wrong with the file.</summary>
    const int MaxSame = 1000;

    StagedComment? after;
    (long Article, DateTimeOffset? First) opened;

    public async Task<List<Incoming>?> NextAsync(CancellationToken ct)
    {
        var comments = load.Reading.Comments(after, LoadContext.Stretch);
        if (comments.Count == 0)
            return null;
        after = comments[^1];
        var times = comments.ToDictionary(c => c.Seq, TimeOf);
        var known = await NumberAsync(comments, times, ct);
        var numbers = comments.ToDictionary(c => c.Seq, c => c.N);
        return
        [
            .. comments.Select(c =>
            {
                var id = load.IdOf(c.Id, c.N);
                if (known.GetValueOrDefault(id) is { } there)
                {
                    load.Already(Lost.Comment);
                    if (IsChanged(c, there))
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
                var parent = c.ParentId is { } parentId
                    ? load.IdOf(parentId, numbers.GetValueOrDefault(c.ParentSeq ?? 0, c.ParentN))
                    : (Guid?)null;
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

    /// <summary>Where another comment has its id, which the time tells, it gets the next number.</summary>
    async Task<Dictionary<Guid, KnownComment>> NumberAsync(
        List<StagedComment> comments,
        Dictionary<long, DateTimeOffset> times,
        CancellationToken ct
    )
    {
        var known = await load.Lookup.CommentsAsync([.. comments.Select(c => load.IdOf(c.Id, c.N))], ct);
        for (var round = 0; round < MaxSame; round++)
        {
            var taken = new List<Guid>();
            for (var i = 0; i < comments.Count; i++)
            {
                var c = comments[i];
                if (
                    c.PostedAt is null
                    || known.GetValueOrDefault(load.IdOf(c.Id, c.N)) is not { } there
                    || there.PostedAt == times[c.Seq]
                )
                    continue;
                if (round == 0)
                    load.Tell(
                        new(
                            load.Names[c.File],
                            c.Line,
                            c.Id,
                            "id-collision",
                            "another comment of this id was imported before; this one gets a number behind it."
                        )
                    );
                comments[i] = c = c with { N = c.N + 1 };
                taken.Add(load.IdOf(c.Id, c.N));
                load.Reading.Renumber(c.Seq, c.N);
            }
            if (taken.Count == 0)
                break;
            foreach (var (id, there) in await load.Lookup.CommentsAsync([.. taken], ct))
                known[id] = there;
        }
        return known;
    }

    DateTimeOffset TimeOf(StagedComment c)
    {
        if (c.PostedAt is { } told)
            return told;
        if (opened.Article != c.Article)
            opened = (c.Article, load.Reading.FirstOf(c.Article));
        var first = c.PublishedAt ?? opened.First ?? load.Events.Now;
        return DateTimeOffset.MaxValue - first > TimeSpan.FromSeconds(c.Place)
            ? first.AddSeconds(c.Place)
            : first;
    }

    /// <summary>Nothing happened to it here since, and it has another text.</summary>
    bool IsChanged(StagedComment c, KnownComment there)
    {
        var versions =
            1
            + (c.Text.Later?.Count ?? 0)
            + (c.Text.State == ForeignState.Deleted || c.Text.IsFeatured ? 1 : 0);
        if (there.Version != versions)
            return false;
        var parent = c.ParentId is { } parentId ? load.IdOf(parentId, c.ParentN) : (Guid?)null;
        var body = c.Text.Later is { Count: > 0 } later ? later[^1].Body : c.Text.Body;
        var text = TextHash.Of(load.Site, c.AuthorKey, c.ArticleKey, parent, body);
        return TextHash.TextOf(there.Text) != text;
    }
}
