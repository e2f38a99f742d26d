using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Articles;

/// <summary>What a front end must know to offer the right controls.</summary>
/// <param name="Guests">There where people without an account may write: whether what they write is held.</param>
/// <param name="Challenge">There, and true, where a guest must bring the answer of the site's challenge.</param>
public sealed record ArticleRules(
    int MaxCommentLength,
    int MaxDepth,
    int EditWindowMinutes,
    IReadOnlyDictionary<string, int> Reactions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GuestMode? Guests = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Challenge = null
)
{
    public static ArticleRules Of(SiteSettings settings) =>
        new(
            settings.MaxCommentLength,
            settings.MaxDepth,
            settings.EditWindowMinutes,
            settings.Reactions,
            settings.Guests == GuestMode.Off ? null : settings.Guests,
            settings is { Guests: not GuestMode.Off, Challenge: not null } ? true : null
        );
}

/// <summary>Whether readers may comment.</summary>
public enum Discussion
{
    Open,
    Closed,
}

/// <summary>An article as readers and front ends see it.</summary>
/// <param name="ClosesAt">When the discussion ends, or ended, by itself; null: not by itself.</param>
public sealed record ArticleView(
    string Key,
    string Title,
    string? Url,
    string? Section,
    string? Author,
    IReadOnlyList<string>? Tags,
    DateTimeOffset? PublishedAt,
    Discussion Discussion,
    DateTimeOffset? ClosesAt,
    int CommentCount,
    DateTimeOffset? LastCommentAt,
    ArticleRules Rules
)
{
    /// <summary>About how many bytes it has in a list.</summary>
    internal int Size =>
        600
        + Title.Length
        + (Url?.Length ?? 0)
        + (Section?.Length ?? 0)
        + (Author?.Length ?? 0)
        + (Tags?.Sum(t => t.Length + 3) ?? 0);

    /// <summary>Its paragraphs; lists come without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [Holds(typeof(IReadOnlyList<string>))]
    public JsonElement Body { get; init; }
}

/// <summary>Reads articles of one site from their rows.</summary>
public sealed class ArticleReader(string site)
{
    readonly List<KnownSettings.Entry> known = KnownSettings.Of([site]);
    SiteSettings? settings;

    public string Site => site;

    /// <summary>The site's, once an article was read.</summary>
    public SiteSettings Settings => settings ?? throw new InvalidOperationException("Nothing was read.");

    /// <summary>Of an article <c>a</c> and its site <c>s</c>, in a statement whose second parameter is
    /// <see cref="KnownHash"/>.</summary>
    public const string Columns = """
        a.key, a.title, a.url, a.section, a.author, a.tags, a.published_at, a.registered_at, a.is_closed,
        a.comment_count, a.last_comment_at, s.settings_hash, case when s.settings_hash <> $2 then s.settings end,
        a.opened_at
        """;

    public const int ColumnCount = 14;

    /// <summary>Settings that this node knows need neither be sent nor parsed with every article.</summary>
    public NpgsqlParameter KnownHash => new() { Value = known is [var entry] ? entry.Hash : "" };

    public ArticleView Read(NpgsqlDataReader r, DateTimeOffset now)
    {
        settings ??= KnownSettings.Read(site, r.GetString(11), r.Text(12), known);
        var (published, registered) = (r.Time(6), r.GetFieldValue<DateTimeOffset>(7));
        var closesAt = Article.ClosesAt(settings, published, registered, r.Time(13));
        return new(
            r.GetString(0),
            r.GetString(1),
            r.Text(2),
            r.Text(3),
            r.Text(4),
            r.IsDBNull(5) ? null : r.GetFieldValue<string[]>(5),
            published,
            r.GetBoolean(8) || closesAt <= now ? Discussion.Closed : Discussion.Open,
            closesAt,
            r.GetInt32(9),
            r.Time(10),
            ArticleRules.Of(settings)
        );
    }

    /// <summary>Answers with an article as it stands.</summary>
    /// <param name="isWrite">Whether it is the answer to a write.</param>
    /// <param name="written">The position of that write's event; null: it made none.</param>
    public static async Task<IResult> AnswerAsync(
        NpgsqlDataSource database,
        string site,
        string key,
        Caller? caller,
        DateTimeOffset now,
        CancellationToken ct,
        bool isWrite = false,
        long? written = null,
        int status = StatusCodes.Status200OK
    )
    {
        var articles = new ArticleReader(site);
        await using var command = database.CreateCommand(
            $"""
            select {Columns}, a.body, a.is_withdrawn, ({Positions.NewestSql})
            from {ReaderTables.Schema}.article_rows a join {ReaderTables.Schema}.site_rows s on s.site = a.site
            where a.site = $1 and a.id = $3 and a.moved_to is null
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(articles.KnownHash);
        command.Parameters.Add(new() { Value = StreamId.Article(site, key) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.ArticleNotFound(key);
        var isWithdrawn = reader.GetBoolean(ColumnCount + 1);
        if (isWithdrawn && caller?.Is(Role.Moderator | Role.Analyst | Role.Service) != true)
            return Problem.ArticleNotFound(key);
        var body = JsonSerializer.Deserialize<JsonElement>(reader.Text(ColumnCount) ?? "null");
        return Answer.Of(articles.Read(reader, now) with { Body = body }, status) with
        {
            Position = written ?? reader.GetInt64(ColumnCount + 2),
            IsPrivate = isWithdrawn || isWrite,
        };
    }
}
