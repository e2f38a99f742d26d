using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Threads;

/// <summary>The orders that a list of comments may have. Each is total, and none changes with the clock.</summary>
public enum ThreadSort
{
    Newest,
    Oldest,
    Replies,
    Best,
    Hot,
    Controversial,
}

/// <summary>What of a thread is asked for: the comments directly under an article or a comment, and some below them.</summary>
/// <param name="Under">The article's id, or the comment's.</param>
/// <param name="Replies">How many direct replies come with each comment, from 0 to 10.</param>
/// <param name="Past">The moment that is asked for; null: now.</param>
public sealed record ThreadQuery(
    string Site,
    Guid Under,
    ThreadSort Sort,
    PageQuery Page,
    int Replies,
    PastPoint? Past = null
)
{
    public const int DefaultReplies = 3;
    public const int MaxReplies = 10;

    /// <summary>Levels of replies that come with an item.</summary>
    public const int MaxLevels = 3;

    /// <summary>Comments in one answer; what does not fit is left to a cursor.</summary>
    public const int MaxComments = 500;

    public static Problem? Read(
        HttpContext http,
        string site,
        Guid under,
        ThreadSort absent,
        out ThreadQuery? query,
        PastPoint? past = null
    )
    {
        query = null;
        var sort = absent;
        if (http.Request.Query["sort"].FirstOrDefault() is { } word)
        {
            if (Words.TryParse<ThreadSort>(word) is not { } known)
                return Problem.Validation(
                    "sort",
                    Flaw.NoneOf(
                        $"is one of {string.Join(", ", Words.All<ThreadSort>())}.",
                        Words.All<ThreadSort>()
                    )
                );
            sort = known;
        }
        if (
            PageQuery.ReadNumber(http, "replies", DefaultReplies, 0, MaxReplies, out var replies) is { } wrong
        )
            return wrong;
        if (PageQuery.Read(http, Scope(site, under, sort), out var page, past) is { } problem)
            return problem;
        query = new(site, under, sort, page, replies, past);
        return null;
    }

    public static string Scope(string site, Guid under, ThreadSort sort) => $"comments/{site}/{under}/{sort}";

    /// <summary>The same order, for what is in memory.</summary>
    public int Compare(in ThreadKey a, in ThreadKey b)
    {
        var byTime = a.PostedAt.CompareTo(b.PostedAt);
        var order = Sort switch
        {
            ThreadSort.Oldest => byTime,
            ThreadSort.Newest => -byTime,
            _ => a.Rank.CompareTo(b.Rank) is not 0 and var byRank ? -byRank : -byTime,
        };
        // as PostgreSQL compares them: by their bytes
        return order != 0 ? order : a.Id.CompareTo(b.Id);
    }

    /// <summary>The last that the page before showed, where there was one.</summary>
    public ThreadKey? After =>
        Page.After is not { } cursor ? null
        : Rank is null ? new(0, cursor.KeyTime, cursor.Id)
        : new(cursor.KeyRank, cursor.SecondTime, cursor.Id);

    /// <summary>The column that comes before time, in sorts that have one.</summary>
    string? Rank => RankOf(Sort);

    static string? RankOf(ThreadSort sort) =>
        sort switch
        {
            ThreadSort.Replies => "c.reply_count",
            ThreadSort.Best => "c.best",
            ThreadSort.Hot => "c.hot",
            ThreadSort.Controversial => "c.controversial",
            _ => null,
        };

    /// <summary>The page's own comments and one more, as SQL.</summary>
    static string ItemsOf(ThreadSort sort, bool isFirst)
    {
        const string Limit = "$3 + 1";
        var rank = RankOf(sort);
        var select = $"""
            select {CommentView.Columns}, c.site, {rank ?? "0"} as rank
            from {ReaderTables.Schema}.comment_rows c
            where c.under = $2 and c.is_shown and {PageSql.Filter("c.site = $1")}
            """;
        var time = new PageKey("c.posted_at", "posted_at", "$5");
        return sort == ThreadSort.Oldest
            ? $"{select} {(isFirst ? "" : "and (c.posted_at, c.id) > ($5, $6)")} order by c.posted_at, c.id limit {PageSql.Limit(Limit)}"
            : PageSql.HighestFirst(
                select,
                rank is null ? [time] : [new(rank, "rank", "$7"), time],
                "c.id",
                isFirst ? null : "$6",
                Limit
            );
    }

    /// <summary>
    /// Of an ordinary page: what is usual costs nothing to bound. A content past <see cref="Usual"/> is null in it, and
    /// asks for <see cref="WithinBudget"/> instead.
    /// </summary>
    static string Ordinary(ThreadSort sort, bool isFirst) =>
        $"""
            with recursive page as (
              select {CommentView.Columns}, c.site, c.rank::float8 as rank, 0 as level from ({ItemsOf(
                sort,
                isFirst
            )}) c
              union all
              select c.*, p.level + 1
              from page p cross join lateral ({Replying}) c
              where p.level < {MaxLevels} and p.shown_replies > 0
            )
            select {OrdinaryColumns}, c.level, c.rank from page c
            """;

    static readonly string OrdinaryColumns = CommentView.Columns.Replace(
        "c.content",
        $"case when octet_length(c.content) <= {Usual} then c.content end",
        StringComparison.Ordinal
    );

    /// <summary>
    /// Of any page. What lies past the budget is not sent: of each level all up to the first that no longer fits, which
    /// tells that there is more, and of items two, for the first always fits.
    /// </summary>
    static string WithinBudget(ThreadSort sort, bool isFirst)
    {
        const string Size = "(case when c.state = 'published' then octet_length(c.content) else 0 end)";
        return $"""
            with recursive page as (
              select c.*, 0 as level, row_number() over w as n, sum({Size}) over w as bytes
              from (select {CommentView.Columns}, c.site, c.rank::float8 as rank from ({ItemsOf(
                sort,
                isFirst
            )}) c) c
              window w as (rows unbounded preceding)
              union all
              select c.*, p.level + 1, row_number() over w as n, sum({Size}) over w as bytes
              from page p cross join lateral ({Replying}) c
              where p.level < {MaxLevels} and p.shown_replies > 0 and p.n <= case p.level when 0 then $3 else {MaxComments} end
                and p.bytes <= {AnswerBudget.Bytes}
              window w as (rows unbounded preceding)
            )
            select {CommentView.Columns}, c.level, c.rank from page c
            where c.bytes - {Size} <= {AnswerBudget.Bytes} or (c.level = 0 and c.n <= 2)
            """;
    }

    /// <summary>The replies to a comment <c>p</c> that come along, as SQL.</summary>
    static readonly string Replying = $"""
        select {CommentView.Columns}, c.site, 0::float8 as rank from {ReaderTables.Schema}.comment_rows c
        where c.under = p.id and c.is_shown and {PageSql.Filter("c.site = p.site")}
        order by c.posted_at, c.id limit {PageSql.Limit("$4")}
        """;

    /// <summary>By sort, for first pages and for later ones.</summary>
    static readonly string[][] Ordinaries = TextsOf(Ordinary);

    /// <inheritdoc cref="Ordinaries"/>
    static readonly string[][] AllWithinBudget = TextsOf(WithinBudget);

    static string[][] TextsOf(Func<ThreadSort, bool, string> text) =>
        [.. Enum.GetValues<ThreadSort>().Select(sort => (string[])[text(sort, true), text(sort, false)])];

    /// <summary>Bytes of a comment's text and markup up to which it is nothing special: of about 4,000 characters.</summary>
    const int Usual = 8_192;

    /// <summary>So many of usual length are 8 MB, where somebody made the worst of it.</summary>
    const int OrdinaryComments = 1_000;

    /// <summary>Whether few comments come along, replies at each level included.</summary>
    bool IsOrdinary
    {
        get
        {
            var (all, level) = (0, Page.Limit + 1);
            for (var depth = 0; depth <= MaxLevels; depth++, level *= Replies)
                all += level;
            return all <= OrdinaryComments;
        }
    }

    public NpgsqlBatchCommand Command() => Command(IsOrdinary ? Ordinaries : AllWithinBudget);

    NpgsqlBatchCommand Command(string[][] texts)
    {
        var command = new NpgsqlBatchCommand(texts[(int)Sort][Page.After is null ? 0 : 1]);
        command.Parameters.Add(new() { Value = Site });
        command.Parameters.Add(new() { Value = Under });
        command.Parameters.Add(new() { Value = (long)Page.Limit });
        command.Parameters.Add(new() { Value = (long)Replies });
        if (Page.After is { } cursor)
        {
            command.Parameters.Add(new() { Value = Rank is null ? cursor.KeyTime : cursor.SecondTime });
            command.Parameters.Add(new() { Value = cursor.Id });
            if (Sort == ThreadSort.Replies)
                // a whole number, as in the index, which serves no other
                command.Parameters.Add(new() { Value = (int)Math.Clamp(cursor.KeyRank, 0, int.MaxValue) });
            else if (Rank is not null)
                command.Parameters.Add(new() { Value = cursor.KeyRank });
        }
        return command;
    }

    Cursor CursorAfter(CommentView last, double rank)
    {
        var time = Cursor.Microseconds(last.PostedAt);
        return Rank is null ? new(time, 0, last.Id) : new(Cursor.Bits(rank), time, last.Id);
    }

    /// <summary>Reads the page whatever is in it, which takes longer.</summary>
    public async Task<ThreadPage> ReadWithinBudgetAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Command(AllWithinBudget));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        return (await ReadAsync(reader, ct))!;
    }

    /// <summary>Reads the rows of <see cref="Command()"/>.</summary>
    /// <returns>Null where one is uncommonly long: then read <see cref="ReadWithinBudgetAsync"/>.</returns>
    public async Task<ThreadPage?> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var page = new ThreadPage();
        var replies = new List<CommentView>();
        while (await reader.ReadAsync(ct))
        {
            if (reader.IsDBNull(CommentView.ContentColumn))
                return null;
            var view = CommentView.Read(reader);
            if (reader.GetInt32(CommentView.ColumnCount) == 0)
                page.Items.Add((view, reader.GetDouble(CommentView.ColumnCount + 1)));
            else
                replies.Add(view);
        }
        page.Items.Sort((a, b) => Compare(Key(a.View, a.Rank), Key(b.View, b.Rank)));
        replies.Sort((a, b) => (a.PostedAt, a.Id).CompareTo((b.PostedAt, b.Id)));
        foreach (var reply in replies)
            page.AddReply(reply.ParentId ?? Guid.Empty, reply);
        return page;

        static ThreadKey Key(CommentView view, double rank) => new(rank, view.PostedAt, view.Id);
    }

    /// <summary>Writes <c>"items":[…],"nextCursor":…</c>.</summary>
    /// <param name="page">Has one item too many where there are more.</param>
    /// <param name="article">The article's key as a JSON string.</param>
    public void Write(ThreadPage page, IBufferWriter<byte> json, byte[] article)
    {
        var items = page.Items;
        var hasMore = page.Trim(Page.Limit, article.Length);

        json.Write("\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                json.Write(","u8);
            Write(json, items[i].View, article, page, 0);
        }
        json.Write("],\"nextCursor\":"u8);
        json.Append(
            hasMore ? $"\"{Encode(CursorAfter(items[^1].View, items[^1].Rank), Under, Sort)}\"" : "null"
        );
    }

    string Encode(Cursor cursor, Guid under, ThreadSort sort) =>
        PastPoint.Encode(Past, cursor, Scope(Site, under, sort));

    void Write(IBufferWriter<byte> json, CommentView view, byte[] article, ThreadPage page, int level)
    {
        view.WriteOpen(json, article, maySeeHidden: false);
        json.Write(",\"replies\":{\"items\":["u8);
        var replies = level < MaxLevels ? page.RepliesTo(view.Id) : [];
        for (var i = 0; i < replies.Count; i++)
        {
            if (i > 0)
                json.Write(","u8);
            Write(json, replies[i], article, page, level + 1);
        }
        json.Write("],\"nextCursor\":"u8);
        json.Append(view.ShownReplies > replies.Count ? $"\"{RepliesCursor(view, replies)}\"" : "null");
        json.Write("}}"u8);
    }

    /// <summary>Where <c>GET …/comments/{id}/replies</c> goes on; before the first where none came along.</summary>
    string RepliesCursor(CommentView parent, IReadOnlyList<CommentView> shown) =>
        Encode(
            shown.Count > 0
                ? new(Cursor.Microseconds(shown[^1].PostedAt), 0, shown[^1].Id)
                : new(Cursor.Microseconds(DateTimeOffset.MinValue), 0, Guid.Empty),
            parent.Id,
            ThreadSort.Oldest
        );

    /// <summary>An article's key as it stands in JSON.</summary>
    public static byte[] Quote(string key) => JsonSerializer.SerializeToUtf8Bytes(key, Json.Options);
}
