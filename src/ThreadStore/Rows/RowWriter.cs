using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Sites;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Rows;

/// <summary>Writes the changed rows of a <see cref="WorkingSet"/>: one statement a table and kind of change.</summary>
/// <param name="schema">Where the tables are: the reader tables, or a rebuild beside them.</param>
public sealed partial class RowWriter(string schema)
{
    public static readonly RowWriter Live = new(ReaderTables.Schema);

    readonly string sites = $$"""
        insert into {{schema}}.site_rows as r (site, settings, settings_hash, created_at, version)
        select * from unnest({0})
        on conflict (site) do update set settings = excluded.settings, settings_hash = excluded.settings_hash,
          version = excluded.version
        """;

    // arrays of arrays must be rectangular in PostgreSQL: lists travel as JSON
    readonly string articles = $$"""
        insert into {{schema}}.article_rows as r (site, id, key, title, url, section, author, tags, body, content_hash,
          urls, published_at, registered_at, dated, is_withdrawn, is_closed, opened_at, moderation, comment_count,
          last_comment_at, version, slow_mode_seconds, locked_branches)
        select u.site, u.id, u.key, u.title, u.url, u.section, u.author,
          case when u.tags is not null then array(select json_array_elements_text(u.tags::json)) end, u.body,
          u.content_hash,
          array(select json_array_elements_text(u.urls::json)), u.published_at, u.registered_at,
          coalesce(u.published_at, u.registered_at), u.is_withdrawn, u.is_closed, u.opened_at, u.moderation, u.comment_count,
          u.last_comment_at, u.version, u.slow_mode_seconds, u.locked_branches
        from unnest({0}) as u(site, id, key, title, url, section, author, tags, body, content_hash, urls,
          published_at, registered_at, is_withdrawn, is_closed, opened_at, moderation, comment_count, last_comment_at,
          version, slow_mode_seconds, locked_branches)
        on conflict (site, id) do update set title = excluded.title, url = excluded.url, section = excluded.section,
          author = excluded.author, tags = excluded.tags, body = excluded.body, content_hash = excluded.content_hash,
          urls = excluded.urls, published_at = excluded.published_at, registered_at = excluded.registered_at,
          dated = excluded.dated,
          is_withdrawn = excluded.is_withdrawn, is_closed = excluded.is_closed, opened_at = excluded.opened_at,
          moderation = excluded.moderation,
          comment_count = excluded.comment_count, last_comment_at = excluded.last_comment_at,
          version = excluded.version, slow_mode_seconds = excluded.slow_mode_seconds,
          locked_branches = excluded.locked_branches
        """;

    readonly string articleStates = $$"""
        update {{schema}}.article_rows r set is_withdrawn = u.is_withdrawn, is_closed = u.is_closed,
          opened_at = u.opened_at, moderation = u.moderation, comment_count = u.comment_count, last_comment_at = u.last_comment_at,
          version = u.version, slow_mode_seconds = u.slow_mode_seconds, locked_branches = u.locked_branches
        from unnest({0}) as u(site, id, is_withdrawn, is_closed, opened_at, moderation, comment_count, last_comment_at,
          version, slow_mode_seconds, locked_branches)
        where r.site = u.site and r.id = u.id
        """;

    readonly string commenters = $$"""
        insert into {{schema}}.commenter_rows as r (site, id, key, name, picture, joined_at, comment_count,
          reactions_received, standing, standing_until, standing_reason, warning, decision, rejected_count,
          shadowed_count)
        select * from unnest({0})
        on conflict (site, id) do update set name = excluded.name, picture = excluded.picture,
          comment_count = excluded.comment_count, reactions_received = excluded.reactions_received,
          standing = excluded.standing, standing_until = excluded.standing_until,
          standing_reason = excluded.standing_reason, warning = excluded.warning, decision = excluded.decision,
          rejected_count = excluded.rejected_count, shadowed_count = excluded.shadowed_count
        """;

    // an insert that meets its row locks it first, and writes twice as much to the log
    readonly string commenterCounts = $$"""
        update {{schema}}.commenter_rows r set comment_count = u.comment_count,
          reactions_received = u.reactions_received, rejected_count = u.rejected_count,
          shadowed_count = u.shadowed_count
        from unnest({0}) as u(site, id, comment_count, reactions_received, rejected_count, shadowed_count)
        where r.site = u.site and r.id = u.id
        """;

    readonly string commentsAdded = $$"""
        insert into {{schema}}.comment_rows (site, id, article_id, parent_id, under, depth, author_id, author, content,
          renderer, state, removed_by, is_shown, posted_at, edited_at, version, is_featured, reactions, positive,
          negative, flags, reply_count, shown_replies, text_hash, request_hash, posted_on, notices, best, hot,
          controversial)
        select u.*, {{Ranks.Best("u")}}, {{Ranks.Hot("u")}}, {{Ranks.Controversial("u")}}
        from unnest({0}) as u(site, id, article_id, parent_id, under, depth, author_id, author, content,
          renderer, state, removed_by, is_shown, posted_at, edited_at, version, is_featured, reactions, positive,
          negative, flags, reply_count, shown_replies, text_hash, request_hash, posted_on, notices)
        """;

    readonly string commentTexts = $$"""
        update {{schema}}.comment_rows r set author = u.author, content = u.content, renderer = u.renderer,
          edited_at = u.edited_at, text_hash = u.text_hash
        from unnest({0}) as u(site, id, author, content, renderer, edited_at, text_hash)
        where r.site = u.site and r.id = u.id
        """;

    readonly string commentStates = $$"""
        update {{schema}}.comment_rows r set state = u.state, removed_by = u.removed_by, is_shown = u.is_shown,
          version = u.version, is_featured = u.is_featured, reactions = u.reactions, positive = u.positive,
          negative = u.negative, flags = u.flags, notices = u.notices, reply_count = u.reply_count,
          shown_replies = u.shown_replies,
          best = {{Ranks.Best("u")}}, hot = {{Ranks.Hot("u")}}, controversial = {{Ranks.Controversial("u")}}
        from unnest({0}) as u(site, id, state, removed_by, is_shown, version, is_featured, reactions, positive,
          negative, flags, notices, reply_count, shown_replies, posted_at)
        where r.site = u.site and r.id = u.id
        """;

    readonly string reactions = $$"""
        insert into {{schema}}.reaction_rows as r (site, id, comment_id, article_id, commenter_id, kind, weight,
          placed_at, is_shadowed)
        select * from unnest({0})
        on conflict (site, id) do update set kind = excluded.kind, weight = excluded.weight,
          placed_at = excluded.placed_at, is_shadowed = excluded.is_shadowed
        """;

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
            yield return Sites(changedSites);
        if (set.Articles.Changed(RowChange.Whole) is { Count: > 0 } changedArticles)
            yield return Articles(changedArticles);
        if (set.Articles.Changed(RowChange.State, without: RowChange.Whole) is { Count: > 0 } articleChanges)
            yield return ArticleStates(articleChanges);
        if (set.Articles.Changed(RowChange.Moved) is { Count: > 0 } moved)
            yield return MovedArticles(moved);
        if (set.Commenters.Changed(RowChange.Whole) is { Count: > 0 } changedCommenters)
            yield return Commenters(changedCommenters);
        if (set.Commenters.Changed(RowChange.State, without: RowChange.Whole) is { Count: > 0 } counted)
            yield return CommenterCounts(counted);
        if (set.Comments.Changed(RowChange.Added) is { Count: > 0 } added)
            yield return CommentsAdded(added);
        if (set.Comments.Changed(RowChange.Whole, without: RowChange.Added) is { Count: > 0 } texts)
            yield return CommentTexts(texts);
        if (set.Comments.Changed(RowChange.State, without: RowChange.Added) is { Count: > 0 } commentChanges)
            yield return CommentStates(commentChanges);
        if (set.Comments.Changed(RowChange.Decided) is { Count: > 0 } decided)
            yield return DecidedComments(decided);
        if (set.LostNewest.Count > 0)
            yield return NewestComments([.. set.LostNewest]);
        if (set.Reactions.Changed(RowChange.Whole) is { Count: > 0 } changedReactions)
            yield return Reactions(changedReactions);
        if (set.Settlements is { Count: > 0 } settled)
            yield return Settlements(settled);
        if (set.PurgedNotes.Count > 0)
            yield return PurgedNotes(set.PurgedNotes);
        if (set.Flags.Changed(RowChange.Whole) is { Count: > 0 } changedFlags)
            yield return Flags(changedFlags);
        foreach (var turned in set.NoticeTurns)
            yield return NoticeTurns(turned);
        if (set.Notices.Changed(RowChange.Whole) is { Count: > 0 } changedNotices)
            yield return Notices(changedNotices);
        if (set.Appeals.Changed(RowChange.Whole) is { Count: > 0 } changedAppeals)
            yield return Appeals(changedAppeals);
        if (set.Decisions.Count > 0)
            yield return Decisions(set.Decisions);
        if (set.Requests.Changed(RowChange.Whole) is { Count: > 0 } changedRequests)
            yield return Requests(changedRequests);
        // last: what was written with it may have to move as well
        foreach (var move in Moves(set))
            yield return move;
    }

    RowStatement Sites(List<Site> rows) =>
        new(
            sites,
            Column(NpgsqlDbType.Text, rows, r => r.Key),
            Column(NpgsqlDbType.Text, rows, r => KnownSettings.Text(r.Settings)),
            Column(NpgsqlDbType.Text, rows, r => KnownSettings.HashOf(KnownSettings.Text(r.Settings))),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.CreatedAt),
            Column(NpgsqlDbType.Integer, rows, r => r.Version)
        );

    RowStatement Articles(List<Article> rows) =>
        new(
            articles,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Text, rows, r => r.Key),
            Column(NpgsqlDbType.Text, rows, r => Content(r).Title),
            Column(NpgsqlDbType.Text, rows, r => Content(r).Url),
            Column(NpgsqlDbType.Text, rows, r => Content(r).Section),
            Column(NpgsqlDbType.Text, rows, r => Content(r).Author),
            Column(NpgsqlDbType.Text, rows, r => List(Content(r).Tags)),
            Column(NpgsqlDbType.Text, rows, r => List(Content(r).Body)),
            Column(NpgsqlDbType.Text, rows, r => r.ContentHash),
            Column(NpgsqlDbType.Text, rows, r => List(r.Urls)),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.PublishedAt),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.RegisteredAt),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsWithdrawn),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsClosed),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.OpenedAt),
            Column(NpgsqlDbType.Text, rows, r => r.Moderation?.Word()),
            Column(NpgsqlDbType.Integer, rows, r => r.CommentCount),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.LastCommentAt),
            Column(NpgsqlDbType.Integer, rows, r => r.Version),
            Column(NpgsqlDbType.Integer, rows, r => r.SlowModeSeconds),
            Column(NpgsqlDbType.Integer, rows, r => r.LockedBranches)
        );

    RowStatement ArticleStates(List<Article> rows) =>
        new(
            articleStates,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsWithdrawn),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsClosed),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.OpenedAt),
            Column(NpgsqlDbType.Text, rows, r => r.Moderation?.Word()),
            Column(NpgsqlDbType.Integer, rows, r => r.CommentCount),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.LastCommentAt),
            Column(NpgsqlDbType.Integer, rows, r => r.Version),
            Column(NpgsqlDbType.Integer, rows, r => r.SlowModeSeconds),
            Column(NpgsqlDbType.Integer, rows, r => r.LockedBranches)
        );

    RowStatement Commenters(List<Commenter> rows) =>
        new(
            commenters,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Text, rows, r => r.Key),
            Column(NpgsqlDbType.Text, rows, r => r.Name),
            Column(NpgsqlDbType.Text, rows, r => r.Picture),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.JoinedAt),
            Column(NpgsqlDbType.Integer, rows, r => r.CommentCount),
            Column(NpgsqlDbType.Integer, rows, r => r.ReactionsReceived),
            Column(NpgsqlDbType.Text, rows, r => r.Standing.Word()),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.StandingUntil),
            Column(NpgsqlDbType.Text, rows, r => r.StandingReason),
            Column(NpgsqlDbType.Text, rows, r => r.Warning),
            Column(NpgsqlDbType.Uuid, rows, r => r.Decision),
            Column(NpgsqlDbType.Integer, rows, r => r.RejectedCount),
            Column(NpgsqlDbType.Integer, rows, r => r.ShadowedCount)
        );

    RowStatement CommenterCounts(List<Commenter> rows) =>
        new(
            commenterCounts,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Integer, rows, r => r.CommentCount),
            Column(NpgsqlDbType.Integer, rows, r => r.ReactionsReceived),
            Column(NpgsqlDbType.Integer, rows, r => r.RejectedCount),
            Column(NpgsqlDbType.Integer, rows, r => r.ShadowedCount)
        );

    RowStatement CommentsAdded(List<Comment> rows) =>
        new(
            commentsAdded,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Uuid, rows, r => r.ArticleId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ParentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ParentId ?? r.ArticleId),
            Column(NpgsqlDbType.Integer, rows, r => r.Depth),
            Column(NpgsqlDbType.Uuid, rows, r => r.AuthorId),
            Column(NpgsqlDbType.Text, rows, r => r.AuthorJson),
            Column(NpgsqlDbType.Text, rows, r => r.ContentJson),
            Column(NpgsqlDbType.Integer, rows, _ => Markup.Version),
            Column(NpgsqlDbType.Text, rows, r => r.State.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.RemovedBy?.Word()),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsShown),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.PostedAt),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.EditedAt),
            Column(NpgsqlDbType.Integer, rows, r => r.Version),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsFeatured),
            Column(NpgsqlDbType.Text, rows, r => r.ReactionsJson),
            Column(NpgsqlDbType.Integer, rows, r => r.Positive),
            Column(NpgsqlDbType.Integer, rows, r => r.Negative),
            Column(NpgsqlDbType.Integer, rows, r => r.Flags),
            Column(NpgsqlDbType.Integer, rows, r => r.ReplyCount),
            Column(NpgsqlDbType.Integer, rows, r => r.ShownReplies),
            Column(NpgsqlDbType.Bigint, rows, r => r.TextHash),
            Column(NpgsqlDbType.Text, rows, r => r.RequestHash),
            Column(NpgsqlDbType.Uuid, rows, r => r.PostedOn),
            Column(NpgsqlDbType.Integer, rows, r => r.Notices)
        );

    RowStatement CommentTexts(List<Comment> rows) =>
        new(
            commentTexts,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Text, rows, r => r.AuthorJson),
            Column(NpgsqlDbType.Text, rows, r => r.ContentJson),
            Column(NpgsqlDbType.Integer, rows, _ => Markup.Version),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.EditedAt),
            Column(NpgsqlDbType.Bigint, rows, r => r.TextHash)
        );

    RowStatement CommentStates(List<Comment> rows) =>
        new(
            commentStates,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Text, rows, r => r.State.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.RemovedBy?.Word()),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsShown),
            Column(NpgsqlDbType.Integer, rows, r => r.Version),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsFeatured),
            Column(NpgsqlDbType.Text, rows, r => r.ReactionsJson),
            Column(NpgsqlDbType.Integer, rows, r => r.Positive),
            Column(NpgsqlDbType.Integer, rows, r => r.Negative),
            Column(NpgsqlDbType.Integer, rows, r => r.Flags),
            Column(NpgsqlDbType.Integer, rows, r => r.Notices),
            Column(NpgsqlDbType.Integer, rows, r => r.ReplyCount),
            Column(NpgsqlDbType.Integer, rows, r => r.ShownReplies),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.PostedAt)
        );

    RowStatement Reactions(List<Reaction> rows) =>
        new(
            reactions,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ArticleId),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommenterId),
            Column(NpgsqlDbType.Text, rows, r => r.Placed?.Kind),
            Column(NpgsqlDbType.Integer, rows, r => r.Placed?.Weight),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.PlacedAt),
            Column(NpgsqlDbType.Boolean, rows, r => r.Placed?.Shadowed == true)
        );

    static ArticleContent Content(Article article) =>
        article.Content
        ?? throw new InvalidOperationException("A whole article is written with its content.");

    static string? List(IReadOnlyList<string>? texts) =>
        texts is null ? null : JsonSerializer.Serialize(texts, Json.Options);
}
