using System.Text.Json;
using Microsoft.Data.Sqlite;
using ThreadStore.Kernel;

namespace ThreadStore.Transfer.Staging;

sealed record StagedArticle(
    long Seq,
    string Id,
    int File,
    long Line,
    string? Url,
    string? Title,
    DateTimeOffset? PublishedAt,
    bool IsClosed,
    bool IsHidden,
    IReadOnlyList<string>? Body
);

sealed record StagedPerson(long Seq, IncomingPerson Person);

/// <param name="ParentSeq">With the id and number that its parent has so far.</param>
/// <param name="Place">On its page, where the source gives no time.</param>
/// <param name="HasVotes">Some of its votes are told with those who gave them.</param>
/// <param name="IsShared">Others of the file have its id.</param>
/// <param name="IsSettled">Its number will not change any more; see <see cref="CommentNumbers"/>.</param>
sealed record StagedComment(
    long Seq,
    string Id,
    int N,
    int Depth,
    long? ParentSeq,
    string? ParentId,
    int ParentN,
    long Article,
    string ArticleKey,
    DateTimeOffset? PublishedAt,
    string AuthorKey,
    string? AuthorName,
    string? Picture,
    DateTimeOffset? PostedAt,
    int Place,
    int File,
    long Line,
    StagedText Text,
    bool HasVotes,
    bool IsShared,
    bool IsSettled
);

/// <param name="Kind">Null: a vote; else why it was flagged.</param>
sealed record StagedMark(
    long CommentSeq,
    long Seq,
    string CommentId,
    int CommentN,
    string ArticleKey,
    string By,
    bool IsUp,
    string? Kind,
    string? Note,
    DateTimeOffset At
);

/// <summary>Gives what is staged back in its order, a stretch after the other.</summary>
sealed class StagedReading(StagedFile file)
{
    /// <summary>Texts of one stretch: two stretches are in memory at once.</summary>
    const int MaxBytes = 2 << 20;

    public long Count(string table) => file.Number($"select count(*) from {table}");

    public void Address(long article, string key)
    {
        using var update = file.Prepare("update articles set address = $2 where seq = $1");
        update.Run(article, key);
    }

    /// <summary>All comments that have an id, in the order of the file.</summary>
    public List<SharedComment> Sharing(string id) =>
        Read(
            "select seq, n, posted, file, line from comments where id = $1 order by seq",
            r => new SharedComment(r.GetInt64(0), r.GetInt32(1), Time(r, 2), r.GetInt32(3), r.GetInt64(4)),
            id
        );

    /// <summary>Gives all comments of an id their last numbers.</summary>
    public void Renumber(string id, Dictionary<long, int> numbers)
    {
        // out of each other's way first
        using (var away = file.Prepare("update comments set n = -n where id = $1"))
            away.Run(id);
        using var update = file.Prepare("update comments set n = $2, settled = 1 where seq = $1");
        foreach (var (comment, n) in numbers)
            update.Run(comment, n);
    }

    public DateTimeOffset? FirstOf(long article) =>
        file.Number($"select min(posted) from comments where article = {article}") is > 0 and var ticks
            ? new(ticks, TimeSpan.Zero)
            : null;

    public List<StagedArticle> Articles(long after, int limit) =>
        Read(
            "select seq, id, file, line, url, title, published, closed, hidden, body from articles where seq > $1 order by seq limit $2",
            r => new StagedArticle(
                r.GetInt64(0),
                r.GetString(1),
                r.GetInt32(2),
                r.GetInt64(3),
                Text(r, 4),
                Text(r, 5),
                Time(r, 6),
                r.GetInt64(7) != 0,
                r.GetInt64(8) != 0,
                Text(r, 9) is { } body ? JsonSerializer.Deserialize<string[]>(body, Json.Options) : null
            ),
            after,
            limit
        );

    public List<StagedPerson> People(long after, int limit) =>
        Read(
            "select seq, key, name, picture, joined, blocked, until, role from people where seq > $1 order by seq limit $2",
            r => new StagedPerson(
                r.GetInt64(0),
                new(
                    r.GetString(1),
                    Text(r, 2),
                    Text(r, 3),
                    Time(r, 4),
                    r.GetInt64(5) != 0,
                    Time(r, 6),
                    Text(r, 7)
                )
            ),
            after,
            limit
        );

    public List<StagedComment> Comments(StagedComment? after, int limit)
    {
        var bytes = 0L;
        var comments = new List<StagedComment>();
        using var command = file.Prepare(
            """
            select c.seq, c.id, c.n, c.depth, c.parent_seq, p.id, coalesce(p.n, 0), c.article, a.address, a.published,
              u.key, coalesce(c.name, u.name), u.picture, c.posted, coalesce(c.place, 0), c.file, c.line, t.data,
              exists (select 1 from reactions r where r.comment_seq = c.seq),
              c.n > 1 or exists (select 1 from comments o where o.id = c.id and o.n <> 1), c.settled
            from comments c join texts t on t.seq = c.seq join articles a on a.seq = c.article join people u on u.seq = c.author
            left join comments p on p.seq = c.parent_seq
            where (c.article, c.depth, c.seq) > ($1, $2, $3) order by c.article, c.depth, c.seq limit $4
            """
        );
        using var r = command.Rows(after?.Article ?? 0, after?.Depth ?? 0, after?.Seq ?? 0, limit);
        while (bytes < MaxBytes && r.Read())
        {
            var data = r.GetFieldValue<byte[]>(17);
            bytes += data.Length;
            comments.Add(
                new(
                    r.GetInt64(0),
                    r.GetString(1),
                    r.GetInt32(2),
                    r.GetInt32(3),
                    r.IsDBNull(4) ? null : r.GetInt64(4),
                    Text(r, 5),
                    r.GetInt32(6),
                    r.GetInt64(7),
                    r.GetString(8),
                    Time(r, 9),
                    r.GetString(10),
                    Text(r, 11),
                    Text(r, 12),
                    Time(r, 13),
                    r.GetInt32(14),
                    r.GetInt32(15),
                    r.GetInt64(16),
                    JsonSerializer.Deserialize<StagedText>(data, Json.Options)
                        ?? throw new InvalidOperationException("A comment without a text."),
                    r.GetInt64(18) != 0,
                    r.GetInt64(19) != 0,
                    r.GetInt64(20) != 0
                )
            );
        }
        return comments;
    }

    const string Of = """
        join comments c on c.seq = m.comment_seq join articles a on a.seq = c.article join people u on u.seq = m.person
        where (m.comment_seq, m.seq) > ($1, $2) order by m.comment_seq, m.seq limit $3
        """;

    /// <summary>Votes, or flags.</summary>
    public List<StagedMark> Marks(bool isVotes, StagedMark? after, int limit) =>
        Read(
            isVotes
                ? $"select m.comment_seq, m.seq, c.id, c.n, a.address, u.key, m.up, null, null, coalesce(m.at, c.posted, 0) from reactions m {Of}"
                : $"select m.comment_seq, m.seq, c.id, c.n, a.address, u.key, 0, m.reason, m.note, coalesce(m.at, c.posted, 0) from flags m {Of}",
            r => new StagedMark(
                r.GetInt64(0),
                r.GetInt64(1),
                r.GetString(2),
                r.GetInt32(3),
                r.GetString(4),
                r.GetString(5),
                r.GetInt64(6) != 0,
                Text(r, 7),
                Text(r, 8),
                new(r.GetInt64(9), TimeSpan.Zero)
            ),
            after?.CommentSeq ?? 0,
            after?.Seq ?? 0,
            limit
        );

    List<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var command = file.Prepare(sql);
        using var reader = command.Rows(values);
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    static string? Text(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new(row.GetInt64(column), TimeSpan.Zero);
}
