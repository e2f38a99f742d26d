using System.CommandLine;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace ThreadStore.Benchmarks;

/// <summary>
/// What one would write without event sourcing: Kestrel, Npgsql, a row for a comment and two counters in one prepared
/// transaction of one round trip. No tokens, screening, rendering or idempotency, so it has less to do than ThreadStore.
/// </summary>
static class CrudService
{
    /// <summary>
    /// A fifth of the default: with more, requests wait in PostgreSQL for the counters' rows instead of here, which
    /// costs it a quarter more processor time for each.
    /// </summary>
    public const int PoolSize = 20;

    const string ConnectionVariable = "ConnectionStrings__ThreadStore";

    /// <summary>
    /// One statement is one transaction. The rows that others wait for are locked in the same order by all, so that
    /// nobody waits in a circle; an unknown article or commenter gives no row, and nothing is written.
    /// </summary>
    const string PostSql = """
        with article as (
          update bench.article set comment_count = comment_count + 1, last_comment_at = $7
          where site = $1 and key = $2
          returning id
        ), commenter as (
          update bench.commenter set comment_count = comment_count + 1
          where site = $1 and key = $3 and exists (select from article)
          returning id, name
        )
        insert into bench.comment (id, article_id, author_id, parent_id, body, html, created_at)
        select $4, article.id, commenter.id, $8, $5, $6, $7 from article, commenter
        returning (select name from commenter)
        """;

    const string SchemaSql = """
        create schema bench;
        create table bench.article (
          id int generated always as identity primary key, site text not null, key text not null, title text not null,
          comment_count int not null default 0, last_comment_at timestamptz, unique (site, key)
        );
        create table bench.commenter (
          id int generated always as identity primary key, site text not null, key text not null, name text not null,
          comment_count int not null default 0, unique (site, key)
        );
        create table bench.comment (
          id uuid primary key, article_id int not null, author_id int not null, parent_id uuid, body text not null,
          html text not null, state text not null default 'published', created_at timestamptz not null
        );
        create index on bench.comment (article_id, created_at, id);
        """;

    public static Command Command()
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen",
            DefaultValueFactory = _ =>
                Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:5081",
        };
        var connectionString = new Option<string?>("--connection-string")
        {
            Description = $"The database; {ConnectionVariable} unless given",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(ConnectionVariable),
        };
        var command = new Command("crud", "Serve the plain CRUD service that W1 compares with")
        {
            urls,
            connectionString,
        };
        command.SetAction(
            async (parsed, ct) =>
                await ServeAsync(
                    parsed.GetRequiredValue(urls),
                    parsed.GetValue(connectionString)
                        ?? throw new BenchmarkException("Name the database by --connection-string."),
                    ct
                )
        );
        return command;
    }

    /// <summary>Makes the tables in an empty database, with articles and commenters.</summary>
    public static async Task PrepareAsync(
        string connectionString,
        IEnumerable<string> articles,
        IEnumerable<string> commenters,
        CancellationToken ct
    )
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var schema = database.CreateCommand(SchemaSql);
        await schema.ExecuteNonQueryAsync(ct);
        await AddAsync(
            "insert into bench.article (site, key, title) select $1, key, 'About ' || key from unnest($2) key",
            articles
        );
        await AddAsync(
            "insert into bench.commenter (site, key, name) select $1, key, initcap(key) from unnest($2) key",
            commenters
        );

        async Task AddAsync(string sql, IEnumerable<string> keys)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new() { Value = CommentRequests.Site });
            command.Parameters.Add(new() { Value = keys.ToArray() });
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    static async Task ServeAsync(string urls, string connectionString, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseSetting("urls", urls);
        builder.Services.AddSingleton(
            NpgsqlDataSource.Create(
                // prepared at the second use, on every connection of the pool
                new NpgsqlConnectionStringBuilder(connectionString)
                {
                    MaxAutoPrepare = 20,
                    AutoPrepareMinUsages = 2,
                    MaxPoolSize = PoolSize,
                }
            )
        );
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => "ready");
        app.MapPost("/v1/sites/{site}/articles/{key}/comments", PostAsync);
        await app.StartAsync(ct);
        await app.WaitForShutdownAsync(ct);
    }

    static async Task<IResult> PostAsync(
        string site,
        string key,
        [FromHeader(Name = "X-Commenter")] string commenter,
        NewComment comment,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        if (string.IsNullOrWhiteSpace(comment.Body))
            return Results.ValidationProblem(
                new Dictionary<string, string[]> { ["body"] = ["must not be empty."] }
            );
        var now = DateTimeOffset.UtcNow;
        var id = Guid.CreateVersion7(now);
        var html = $"<p>{HtmlEncoder.Default.Encode(comment.Body)}</p>";
        await using var command = database.CreateCommand(PostSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = site });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = commenter });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = comment.Body });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = html });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(
            new() { Value = (object?)comment.ParentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
        );
        if (await command.ExecuteScalarAsync(ct) is not string name)
            return Results.NotFound();
        return Results.Created(
            $"/v1/sites/{site}/comments/{id}",
            new WrittenComment(id, key, comment.ParentId, new(commenter, name), comment.Body, html, now)
        );
    }

    sealed record NewComment(string Body, Guid? ParentId = null);

    sealed record Writer(string Key, string Name, string? Picture = null);

    /// <summary>The comment as the contract shows it (section 6).</summary>
    sealed record WrittenComment(
        Guid Id,
        string Article,
        Guid? ParentId,
        Writer Author,
        string Body,
        string Html,
        DateTimeOffset CreatedAt
    )
    {
        public int Depth { get; init; }
        public string State { get; init; } = "published";
        public string? RemovedBy { get; init; }
        public DateTimeOffset? EditedAt { get; init; }
        public int Version { get; init; } = 1;
        public Dictionary<string, int> Reactions { get; init; } = [];
        public int ReplyCount { get; init; }
        public bool Featured { get; init; }
    }
}
