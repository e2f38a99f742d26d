using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;

namespace ThreadStore.Rows;

/// <summary>An event of the history, as far as rows follow from it.</summary>
/// <param name="IsFirst">Of its stream: nothing about it can have been there before.</param>
public readonly record struct Fact(string Site, object Event, bool IsFirst);

/// <summary>
/// Makes rows from a history, a stretch after the other, on one connection. What a stretch leaves is remembered for those
/// that come, so that little of what it wrote is read again; not what comments say, which changes only as a whole.
/// </summary>
/// <param name="schema">Where the tables are.</param>
public sealed class RowFold(NpgsqlConnection connection, string schema)
{
    /// <summary>What is looked for by other columns than a table's key.</summary>
    public static readonly IReadOnlyList<(string Table, string Columns)> LooksFor =
    [
        (ReaderTables.Comments, "article_id, posted_at"), // an article's newest comment
        (ReaderTables.Flags, "comment_id"), // settled together
        (ReaderTables.Notices, "comment_id"), // ended together
    ];

    readonly RowStore store = new(schema, withTexts: false);
    readonly RowWriter writer = new(schema);
    readonly RememberedRows remembered = new(withTexts: false);

    /// <summary>Of the last event that was folded; null where nothing is remembered.</summary>
    public long? Position => remembered.Position;

    /// <summary>Loads what the stretch is about and folds it.</summary>
    /// <param name="check">Looks at each fact after it was folded, and before the next is.</param>
    public async Task<WorkingSet> FoldAsync(
        IReadOnlyList<Fact> stretch,
        CancellationToken ct,
        Action<WorkingSet, string, object>? check = null
    )
    {
        var set = new WorkingSet();
        foreach (var fact in stretch)
        {
            if (fact.IsFirst)
                Expect(set, fact);
            RequiredRows.Of(set, fact.Site, fact.Event);
        }
        remembered.Fill(set);
        await store.LoadAsync(connection, set, first: [], postedTexts: [], DateTimeOffset.MinValue, ct);
        foreach (var fact in stretch)
        {
            set.Apply(fact.Site, fact.Event);
            check?.Invoke(set, fact.Site, fact.Event);
        }
        return set;
    }

    /// <param name="position">Of the last of the stretch.</param>
    public async Task WriteAsync(WorkingSet set, long position, CancellationToken ct)
    {
        await writer.WriteAsync(connection, set, ct);
        remembered.Keep(set, position);
    }

    /// <summary>Rows may not be any more what they were left as.</summary>
    public void Forget() => remembered.Forget();

    /// <summary>What the first event of a stream makes need not be looked for.</summary>
    static void Expect(WorkingSet set, Fact fact)
    {
        var site = fact.Site;
        switch (fact.Event)
        {
            case ArticleRegistered e:
                set.Articles.Absent(site, StreamId.Article(site, e.ArticleKey));
                break;
            case CommenterJoined e:
                set.Commenters.Absent(site, StreamId.Commenter(site, e.CommenterKey));
                break;
            case CommentPosted e:
                set.Comments.Absent(site, e.CommentId);
                break;
            case ReactionSet e:
                set.Reactions.Absent(site, StreamId.Reaction(e.CommentId, e.By));
                break;
            case CommentFlagged e:
                set.Flags.Absent(site, StreamId.Flag(e.CommentId, e.By));
                break;
            case NoticeReceived e:
                set.Notices.Absent(site, e.NoticeId);
                break;
            default:
                break;
        }
    }
}
