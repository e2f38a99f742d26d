using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Postgres;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>Writes the changed rows of a <see cref="WorkingSet"/>: one statement a table and kind of change.</summary>
/// <param name="schema">Where the tables are: the reader tables, or a rebuild beside them.</param>
public sealed partial class RowWriter(string schema)
{
    public static readonly RowWriter Live = new(ReaderTables.Schema);

    readonly RowWriting<Site> sites = SiteRows.Table.Upsert(schema);
    readonly RowWriting<Article> articles = ArticleRows.Table.Upsert(schema);
    readonly RowWriting<Article> articleStates = ArticleRows.Table.Update(schema, RowChange.State);
    readonly RowWriting<Article> movedArticles = ArticleRows.Table.Update(schema, RowChange.Moved);
    readonly RowWriting<Commenter> commenters = CommenterRows.Table.Upsert(schema);

    // an insert that meets its row locks it first, and writes twice as much to the log
    readonly RowWriting<Commenter> commenterCounts = CommenterRows.Table.Update(schema, RowChange.State);
    readonly RowWriting<Comment> commentsAdded = CommentRows.Table.Insert(schema);
    readonly RowWriting<Comment> commentTexts = CommentRows.Table.Update(schema, RowChange.Whole);
    readonly RowWriting<Comment> commentStates = CommentRows.Table.Update(schema, RowChange.State);
    readonly RowWriting<Comment> decidedComments = CommentRows.Table.Update(schema, RowChange.Decided);
    readonly RowWriting<Reaction> reactions = ReactionRows.Table.Upsert(schema);
    readonly RowWriting<Flag> flags = FlagRows.Table.Upsert(schema);
    readonly RowWriting<Notice> notices = NoticeRows.Table.Upsert(schema);
    readonly RowWriting<Appeal> appeals = AppealRows.Table.Upsert(schema);
    readonly RowWriting<LoggedDecision> decisions = DecisionRows.Table.Insert(schema);
    readonly RowWriting<DoneRequest> requests = RequestRows.Table.Upsert(schema);

    /// <summary>Writes at once, in one round trip.</summary>
    public Task WriteAsync(NpgsqlConnection connection, WorkingSet set, CancellationToken ct) =>
        ExecuteAsync(Batch(connection, null, set), Statements(set), ct);

    /// <param name="batch">Empty; it ends with its statements.</param>
    public static async Task ExecuteAsync(
        NpgsqlBatch batch,
        IEnumerable<RowStatement> statements,
        CancellationToken ct
    )
    {
        await using var owned = batch;
        foreach (var statement in statements)
            statement.AddTo(batch);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(ct);
    }

    public IEnumerable<RowStatement> Statements(WorkingSet set)
    {
        if (set.Sites.Changed(RowChange.Whole) is { Count: > 0 } changedSites)
            yield return sites.Of(changedSites);
        if (set.Articles.Changed(RowChange.Whole) is { Count: > 0 } changedArticles)
            yield return articles.Of(changedArticles);
        if (set.Articles.Changed(RowChange.State, without: RowChange.Whole) is { Count: > 0 } articleChanges)
            yield return articleStates.Of(articleChanges);
        if (set.Articles.Changed(RowChange.Moved) is { Count: > 0 } moved)
            yield return movedArticles.Of(moved);
        if (set.Commenters.Changed(RowChange.Whole) is { Count: > 0 } changedCommenters)
            yield return commenters.Of(changedCommenters);
        if (set.Commenters.Changed(RowChange.State, without: RowChange.Whole) is { Count: > 0 } counted)
            yield return commenterCounts.Of(counted);
        if (set.Comments.Changed(RowChange.Added) is { Count: > 0 } added)
            yield return commentsAdded.Of(added);
        if (set.Comments.Changed(RowChange.Whole, without: RowChange.Added) is { Count: > 0 } texts)
            yield return commentTexts.Of(texts);
        if (set.Comments.Changed(RowChange.State, without: RowChange.Added) is { Count: > 0 } commentChanges)
            yield return commentStates.Of(commentChanges);
        if (set.Comments.Changed(RowChange.Decided) is { Count: > 0 } decided)
            yield return decidedComments.Of(decided);
        if (set.LostNewest.Count > 0)
            yield return NewestComments([.. set.LostNewest]);
        if (set.Reactions.Changed(RowChange.Whole) is { Count: > 0 } changedReactions)
            yield return reactions.Of(changedReactions);
        if (set.Settlements is { Count: > 0 } settled)
            yield return Settlements(settled);
        if (set.PurgedNotes.Count > 0)
            yield return PurgedNotes(set.PurgedNotes);
        if (set.Flags.Changed(RowChange.Whole) is { Count: > 0 } changedFlags)
            yield return flags.Of(changedFlags);
        foreach (var turned in set.NoticeTurns)
            yield return NoticeTurns(turned);
        if (set.Notices.Changed(RowChange.Whole) is { Count: > 0 } changedNotices)
            yield return notices.Of(changedNotices);
        if (set.Appeals.Changed(RowChange.Whole) is { Count: > 0 } changedAppeals)
            yield return appeals.Of(changedAppeals);
        if (set.Decisions.Count > 0)
            yield return decisions.Of(set.Decisions);
        if (set.Requests.Changed(RowChange.Whole) is { Count: > 0 } changedRequests)
            yield return requests.Of(changedRequests);
        // last: what was written with it may have to move as well
        foreach (var move in Moves(set))
            yield return move;
    }
}
