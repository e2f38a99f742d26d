using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Votes or flags on their way in.</summary>
sealed class MarkSource(LoadContext load, bool isVotes)
{
    StagedMark? after;

    public async Task<List<Incoming>?> NextAsync(CancellationToken ct)
    {
        var marks = load.Reading.Marks(isVotes, after, LoadContext.Stretch);
        if (marks.Count == 0)
            return null;
        after = marks[^1];
        List<(StagedMark Mark, Guid Comment, Guid Id)> all =
        [
            .. marks.Select(m =>
            {
                var comment = load.IdOf(m.CommentId, m.CommentN);
                return (
                    m,
                    comment,
                    isVotes ? StreamId.Reaction(comment, m.By) : StreamId.Flag(comment, m.By)
                );
            }),
        ];
        var known = await load.Lookup.RowsAsync(
            isVotes ? ReaderTables.Reactions : ReaderTables.Flags,
            [.. all.Select(m => m.Id)],
            ct
        );
        return
        [
            .. all.Select(m =>
            {
                var isKnown = known.ContainsKey(m.Id);
                var what = isVotes ? Lost.Reaction : Lost.Nothing;
                if (isKnown)
                    load.Already(what);
                return new Incoming(what, m.Mark.CommentId, 0, 0, isKnown ? [] : Events(m.Mark, m.Comment));
            }),
        ];
    }

    List<FeedLine> Events(StagedMark m, Guid comment)
    {
        var at = m.At.Ticks == 0 ? load.Events.Now : m.At;
        return m.Kind is { } reason
            ? load.Events.Flag(
                comment,
                m.ArticleKey,
                m.By,
                Words.Parse<FlagReason>(reason),
                m.Note,
                at,
                m.Seq
            )
            : load.Events.Reaction(comment, m.ArticleKey, m.By, m.IsUp, at, m.Seq);
    }
}
