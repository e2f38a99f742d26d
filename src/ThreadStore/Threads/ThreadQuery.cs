using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Storage;

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
public sealed record ThreadQuery(string Site, Guid Under, ThreadSort Sort, PageQuery Page, int Replies)
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
        out ThreadQuery? query
    )
    {
        query = null;
        var sort = absent;
        if (http.Request.Query["sort"].FirstOrDefault() is { } word)
        {
            if (Words.TryParse<ThreadSort>(word) is not { } known)
                return Problem.Validation(
                    "sort",
                    $"is one of {string.Join(", ", Enum.GetValues<ThreadSort>().Select(s => s.Word()))}."
                );
            sort = known;
        }
        if (
            PageQuery.ReadNumber(http, "replies", DefaultReplies, 0, MaxReplies, out var replies) is { } wrong
        )
            return wrong;
        if (PageQuery.Read(http, Scope(site, under, sort), out var page) is { } problem)
            return problem;
        query = new(site, under, sort, page, replies);
        return null;
    }

    public static string Scope(string site, Guid under, ThreadSort sort) => $"comments/{site}/{under}/{sort}";

    // Ids break ties upwards in every order, also where the index is walked backwards: PostgreSQL sorts the few rows
    // of one time again.
    (string Order, string After) Keyset =>
        Sort switch
        {
            ThreadSort.Oldest => ("c.posted_at, c.id", "(c.posted_at, c.id) > ($5, $6)"),
            ThreadSort.Newest => (
                "c.posted_at desc, c.id",
                "c.posted_at <= $5 and (c.posted_at < $5 or c.id > $6)"
            ),
            _ => (
                $"{Rank} desc, c.posted_at desc, c.id",
                $"{Rank} <= $7 and ({Rank} < $7 or (c.posted_at <= $5 and (c.posted_at < $5 or c.id > $6)))"
            ),
        };

    /// <summary>The column that comes before time, in sorts that have one.</summary>
    string? Rank =>
        Sort switch
        {
            ThreadSort.Replies => "c.reply_count",
            ThreadSort.Best => "c.best",
            ThreadSort.Hot => "c.hot",
            ThreadSort.Controversial => "c.controversial",
            _ => null,
        };

    public NpgsqlBatchCommand Command()
    {
        var (order, after) = Keyset;
        var columns = CommentView.Columns;
        var command = new NpgsqlBatchCommand(
            $"""
            with recursive page as (
              select c.*, 0 as level, row_number() over () as n
              from (
                select {columns}, c.site, {Rank ?? "0"}::float8 as rank
                from {ReaderTables.Schema}.comment_rows c
                where c.site = $1 and c.under = $2 and c.is_shown {(Page.After is null ? "" : "and " + after)}
                order by {order} limit $3 + 1
              ) c
              union all
              select c.*, p.level + 1, row_number() over () as n
              from page p cross join lateral (
                select {columns}, c.site, 0::float8 as rank
                from {ReaderTables.Schema}.comment_rows c
                where c.site = p.site and c.under = p.id and c.is_shown
                order by c.posted_at, c.id limit $4
              ) c
              where p.level < {MaxLevels} and p.shown_replies > 0 and p.n <= case p.level when 0 then $3 else {MaxComments} end
            )
            select {columns}, c.level, c.n, c.rank from page c
            """
        );
        command.Parameters.Add(new() { Value = Site });
        command.Parameters.Add(new() { Value = Under });
        command.Parameters.Add(new() { Value = (long)Page.Limit });
        command.Parameters.Add(new() { Value = (long)Replies });
        if (Page.After is { } cursor)
        {
            command.Parameters.Add(new() { Value = Rank is null ? cursor.KeyTime : cursor.SecondTime });
            command.Parameters.Add(new() { Value = cursor.Id });
            if (Rank is not null)
                command.Parameters.Add(new() { Value = cursor.KeyRank });
        }
        return command;
    }

    Cursor CursorAfter(CommentView last, double rank)
    {
        var time = Cursor.Microseconds(last.PostedAt);
        return Rank is null ? new(time, 0, last.Id) : new(Cursor.Bits(rank), time, last.Id);
    }

    /// <summary>Reads the rows of <see cref="Command"/> and writes <c>"items":[…],"nextCursor":…</c>.</summary>
    /// <param name="article">The article's key as a JSON string.</param>
    public async Task WriteAsync(
        NpgsqlDataReader reader,
        IBufferWriter<byte> json,
        byte[] article,
        CancellationToken ct
    )
    {
        var items = new List<(CommentView View, long Order)>();
        var ranks = new Dictionary<Guid, double>();
        var below = new Dictionary<Guid, List<(CommentView View, long Order)>>();
        while (await reader.ReadAsync(ct))
        {
            var view = CommentView.Read(reader);
            var level = reader.GetInt32(CommentView.ColumnCount);
            var order = reader.GetInt64(CommentView.ColumnCount + 1);
            if (level == 0)
            {
                items.Add((view, order));
                ranks[view.Id] = reader.GetDouble(CommentView.ColumnCount + 2);
            }
            else
            {
                if (!below.TryGetValue(view.ParentId ?? Guid.Empty, out var siblings))
                    below[view.ParentId ?? Guid.Empty] = siblings = [];
                siblings.Add((view, order));
            }
        }
        items.Sort((a, b) => a.Order.CompareTo(b.Order));
        var hasMore = items.Count > Page.Limit;
        if (hasMore)
            items.RemoveAt(Page.Limit);
        foreach (var siblings in below.Values)
            siblings.Sort((a, b) => a.Order.CompareTo(b.Order));
        Trim(items, below);

        json.Write("\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                json.Write(","u8);
            Write(json, items[i].View, article, below, 0);
        }
        json.Write("],\"nextCursor\":"u8);
        json.Append(
            hasMore
                ? $"\"{CursorAfter(items[^1].View, ranks[items[^1].View.Id]).Encode(Scope(Site, Under, Sort))}\""
                : "null"
        );
    }

    /// <summary>Leaves out the replies that would make the answer too large, the deepest first.</summary>
    static void Trim(
        List<(CommentView View, long Order)> items,
        Dictionary<Guid, List<(CommentView View, long Order)>> below
    )
    {
        var left = MaxComments - items.Count;
        var level = items.ConvertAll(i => i.View);
        for (var depth = 0; depth < MaxLevels; depth++)
        {
            var next = new List<CommentView>();
            foreach (var parent in level)
            {
                if (!below.TryGetValue(parent.Id, out var replies))
                    continue;
                if (replies.Count > left)
                {
                    below.Remove(parent.Id);
                    continue;
                }
                left -= replies.Count;
                next.AddRange(replies.Select(r => r.View));
            }
            level = next;
        }
    }

    void Write(
        IBufferWriter<byte> json,
        CommentView view,
        byte[] article,
        Dictionary<Guid, List<(CommentView View, long Order)>> below,
        int level
    )
    {
        view.WriteOpen(json, article, whole: false);
        json.Write(",\"replies\":{\"items\":["u8);
        var replies = level < MaxLevels ? below.GetValueOrDefault(view.Id) : null;
        for (var i = 0; i < replies?.Count; i++)
        {
            if (i > 0)
                json.Write(","u8);
            Write(json, replies[i].View, article, below, level + 1);
        }
        json.Write("],\"nextCursor\":"u8);
        json.Append(
            view.ShownReplies > (replies?.Count ?? 0) ? $"\"{RepliesCursor(view, replies)}\"" : "null"
        );
        json.Write("}}"u8);
    }

    /// <summary>Where <c>GET …/comments/{id}/replies</c> goes on; before the first where none came along.</summary>
    string RepliesCursor(CommentView parent, List<(CommentView View, long Order)>? shown)
    {
        var last = shown is { Count: > 0 } ? shown[^1].View : null;
        var cursor = last is null
            ? new Cursor(Cursor.Microseconds(DateTimeOffset.MinValue), 0, Guid.Empty)
            : new Cursor(Cursor.Microseconds(last.PostedAt), 0, last.Id);
        return cursor.Encode(Scope(Site, parent.Id, ThreadSort.Oldest));
    }

    /// <summary>An article's key as it stands in JSON.</summary>
    public static byte[] Quote(string key) => JsonSerializer.SerializeToUtf8Bytes(key, Json.Options);
}
