using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>Whether one may do something, why not, and until when.</summary>
/// <param name="Reason">The code of the problem that a try would meet.</param>
/// <param name="Message">What the moderators wrote about it, to be shown.</param>
public sealed record Permission(bool Allowed, string? Reason, DateTimeOffset? Until, string? Message);

/// <summary>Whether one may do something to what others wrote.</summary>
/// <param name="Reason">The code of the problem that a try would meet.</param>
public sealed record Ability(bool Allowed, string? Reason);

public static class GetOwnViewEndpoint
{
    static readonly string OwnCommenter = $"""
        select {CommenterRows.Columns}
        from {ReaderTables.Schema}.commenter_rows r where r.site = $1 and r.id = $3 and $2::uuid is not null
        """;

    /// <summary>What a front end must know of its reader beside the public page: all that only they see or may do.</summary>
    /// <returns>200 the view; 304; 404 article-not-found.</returns>
    [Operation("getOwnView"), Answers(typeof(OwnViewShape))]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/me"), SignedIn]
    public static async Task<IResult> Get(
        string site,
        string articleKey,
        Caller caller,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (articleId, commenterId) = (
            StreamId.Article(site, articleKey),
            StreamId.Commenter(site, caller.Key)
        );
        await using var batch = database.CreateBatch();
        void Add(string sql) =>
            batch.BatchCommands.Add(
                new(sql)
                {
                    Parameters =
                    {
                        new() { Value = site },
                        new() { Value = articleId },
                        new() { Value = commenterId },
                    },
                }
            );
        var articles = new ArticleReader(site);
        batch.BatchCommands.Add(
            new(
                $"""
                select {ArticleReader.Columns}, a.is_withdrawn, ({Positions.NewestSql}), a.slow_mode_seconds,
                  case when a.slow_mode_seconds is not null then (
                    select c.posted_at from {ReaderTables.Schema}.comment_rows c
                    where c.author_id = $4 and c.article_id = a.id order by c.posted_at desc limit 1) end,
                  case when a.locked_branches > 0 then array(
                    select c.id from {ReaderTables.Schema}.comment_rows c
                    where c.site = a.site and c.article_id = a.id and c.is_locked
                    order by c.posted_at desc, c.id limit {MaxOwn}) end
                from {ReaderTables.Schema}.article_rows a join {ReaderTables.Schema}.site_rows s on s.site = a.site
                where a.site = $1 and a.id = $3 and a.moved_to is null
                """
            )
            {
                Parameters =
                {
                    new() { Value = site },
                    articles.KnownHash,
                    new() { Value = articleId },
                    new() { Value = commenterId },
                },
            }
        );
        Add(OwnCommenter);
        Add(
            $"""
            select r.comment_id, r.kind from {ReaderTables.Schema}.reaction_rows r
            where r.site = $1 and r.article_id = $2 and r.commenter_id = $3 and r.kind is not null
            """
        );
        Add(
            $"""
            select r.comment_id, '' from {ReaderTables.Schema}.flag_rows r
            where r.site = $1 and r.article_id = $2 and r.commenter_id = $3
            """
        );
        Add(
            $"""
            select {CommentView.Columns} from {ReaderTables.Schema}.comment_rows c
            where c.site = $1 and c.article_id = $2 and c.author_id = $3 and c.state <> 'deleted'
            order by c.posted_at desc, c.id limit {MaxOwn}
            """
        );
        Add(
            $"""
            select m.key from {IgnoredTable.Name} r
            join {ReaderTables.Schema}.commenter_rows m on m.site = r.site and m.id = r.ignored_id
            where r.site = $1 and r.commenter_id = $3 and $2::uuid is not null order by m.key
            """
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (
            !await reader.ReadAsync(ct)
            || (reader.GetBoolean(ArticleReader.ColumnCount) && !caller.Is(Role.Moderator))
        )
            return Problem.ArticleNotFound(articleKey);
        var article = articles.Read(reader, now);
        var position = reader.GetInt64(ArticleReader.ColumnCount + 1);
        int? slow = reader.IsDBNull(ArticleReader.ColumnCount + 2)
            ? null
            : reader.GetInt32(ArticleReader.ColumnCount + 2);
        var slowUntil = SlowMode.Until(slow, reader.Time(ArticleReader.ColumnCount + 3), now);
        Guid[] locked = reader.IsDBNull(ArticleReader.ColumnCount + 4)
            ? []
            : reader.GetFieldValue<Guid[]>(ArticleReader.ColumnCount + 4);
        await reader.NextResultAsync(ct);
        var commenter = await reader.ReadAsync(ct) ? CommenterRows.Read(reader) : null;
        await reader.NextResultAsync(ct);
        var reactions = await ReadPairsAsync(reader, ct);
        var flags = await ReadPairsAsync(reader, ct);
        var own = new List<CommentView>();
        while (await reader.ReadAsync(ct))
            own.Add(CommentView.Read(reader));
        await reader.NextResultAsync(ct);
        var ignored = new List<string>();
        while (await reader.ReadAsync(ct))
            ignored.Add(reader.GetString(0));

        var json = new ArrayBufferWriter<byte>(4096);
        json.Write("{\"commenter\":"u8);
        json.Write(Utf8(Profile(commenter, caller, now)));
        json.Write(",\"reactions\":"u8);
        json.Write(Utf8(reactions));
        json.Write(",\"flags\":"u8);
        json.Write(Utf8(flags.Keys));
        json.Write(",\"own\":["u8);
        var key = ThreadQuery.Quote(articleKey);
        var separator = "";
        var unseen = own.Where(c => c is { ShadowState: CommentState.Published, ParentId: not null })
            .CountBy(c => c.ParentId!.Value)
            .ToDictionary();
        foreach (var comment in own.Where(c => c.State != CommentState.Published))
        {
            // the newest first: of the very long ones the oldest stay away
            if (json.WrittenCount >= AnswerBudget.Bytes)
                break;
            json.Append(separator);
            comment
                .AsItsAuthorSees(unseen.GetValueOrDefault(comment.Id))
                .Write(json, key, maySeeHidden: true);
            separator = ",";
        }
        json.Write("],\"can\":"u8);
        json.Write(
            Utf8(
                new PermissionsShape(
                    MayComment(article, articles.Settings, commenter, caller, slowUntil, now),
                    commenter?.MayWrite(now) == false
                    || CommentRefusals.Entitlement(articles.Settings, caller) is not null
                        ? []
                        : Editable(own, article.Rules, now),
                    [.. own.Select(c => c.Id)],
                    MayJudge(commenter, now),
                    MayJudge(commenter, now)
                )
            )
        );
        json.Write(",\"ignored\":"u8);
        json.Write(Utf8(ignored));
        json.Write(",\"locked\":"u8);
        json.Write(Utf8(locked));
        json.Write("}"u8);
        return new Answer(json.WrittenMemory, Position: position, IsPrivate: true);
    }

    /// <summary>One's newest comments on the article that are looked at: nobody edits older ones. Locks as well.</summary>
    const int MaxOwn = 500;

    static ReadOnlySpan<byte> Utf8<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json.Options);

    static async Task<Dictionary<Guid, string>> ReadPairsAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var pairs = new Dictionary<Guid, string>();
        while (await reader.ReadAsync(ct))
            pairs[reader.GetGuid(0)] = reader.GetString(1);
        await reader.NextResultAsync(ct);
        return pairs;
    }

    /// <summary>Somebody who has not written yet is known by their token alone.</summary>
    static OwnProfileShape Profile(Commenter? known, Caller caller, DateTimeOffset now) =>
        new(
            caller.Key,
            caller.Name,
            caller.Picture,
            known?.JoinedAt,
            known?.ToldCommentCount ?? 0,
            known?.ReactionsReceived ?? 0,
            known?.ToldStandingAt(now) ?? Standing.Good
        );

    static Permission MayComment(
        ArticleView article,
        SiteSettings settings,
        Commenter? commenter,
        Caller caller,
        DateTimeOffset? slowUntil,
        DateTimeOffset now
    ) =>
        CommentRefusals.Standing(commenter, now) is { } standing
            ? new(false, standing.Code, standing.Until, commenter?.Warning ?? commenter?.StandingReason)
        : CommentRefusals.Entitlement(settings, caller) is { } lacking ? new(false, lacking.Code, null, null)
        : article.Discussion == Discussion.Closed ? new(false, "discussion-closed", null, null)
        : slowUntil is not null ? new(false, "slow-mode", slowUntil, null)
        : new(true, null, article.ClosesAt, null);

    /// <summary>Whether they may react and flag.</summary>
    static Ability MayJudge(Commenter? commenter, DateTimeOffset now) =>
        CommentRefusals.Standing(commenter, now) is { } standing
            ? new(false, standing.Code)
            : new(true, null);

    static Dictionary<Guid, DateTimeOffset> Editable(
        List<CommentView> own,
        ArticleRules rules,
        DateTimeOffset now
    ) =>
        own.Select(c => (c.Id, End: EditWindow.EndOf(c.PostedAt, rules.EditWindowMinutes)))
            .Where(c => c.End >= now)
            .ToDictionary(c => c.Id, c => c.End!.Value);
}
