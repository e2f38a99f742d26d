using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>
/// What reading is compared with: Kestrel with bytes in memory, and Kestrel with one prepared statement, on ThreadStore's
/// own rows.
/// </summary>
static class PlainReader
{
    public const string BytesPath = "/bytes";
    public const string RowsPath = "/rows";
    public const string CountsPath = "/counts";

    const string ConnectionVariable = "ConnectionStrings__ThreadStore";

    public static Command Command()
    {
        var file = new Option<string>("--file") { Description = "What to answer", Required = true };
        var under = new Option<Guid>("--under")
        {
            Description = "The id of the article whose rows to answer",
            Required = true,
        };
        var command = new Command("plain", "Serve what reading is compared with") { file, under };
        command.SetAction(
            async (parsed, ct) =>
                await ServeAsync(
                    await File.ReadAllBytesAsync(parsed.GetRequiredValue(file), ct),
                    parsed.GetRequiredValue(under),
                    Environment.GetEnvironmentVariable(ConnectionVariable)
                        ?? throw new BenchmarkException($"Name the database by {ConnectionVariable}."),
                    ct
                )
        );
        return command;
    }

    static async Task ServeAsync(byte[] bytes, Guid under, string connectionString, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseSetting(
            "urls",
            Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:5081"
        );
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                MaxAutoPrepare = 20,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = true,
                MaxPoolSize = 20,
            }
        );
        await using var app = builder.Build();
        // no routing: as little as Kestrel can do
        app.Run(http =>
            http.Request.Path.Value switch
            {
                BytesPath => BytesAsync(http, bytes),
                RowsPath => RowsAsync(http, database, under),
                CountsPath => CountsAsync(http, database),
                _ => Task.CompletedTask,
            }
        );
        await app.StartAsync(ct);
        await app.WaitForShutdownAsync(ct);
    }

    static Task BytesAsync(HttpContext http, byte[] bytes)
    {
        if (http.Request.Headers.IfNoneMatch.Count > 0)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    /// <summary>Fifty rows by index, their ready-made parts one after the other.</summary>
    static async Task RowsAsync(HttpContext http, NpgsqlDataSource database, Guid under)
    {
        await using var command = database.CreateCommand(
            """
            select id, author, content, posted_at, reactions, reply_count from threadstore.comment_rows
            where under = $1 and is_shown order by posted_at desc limit 50
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = under });
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        var body = new System.Buffers.ArrayBufferWriter<byte>(64 * 1024);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            foreach (var part in (ReadOnlySpan<int>)[1, 2, 4])
                System.Buffers.BuffersExtensions.Write(body, reader.GetFieldValue<byte[]>(part));
        }
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.WrittenCount;
        await http.Response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }

    static async Task CountsAsync(HttpContext http, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "select key, comment_count from bench_counts where key = any($1)"
        );
        command.Parameters.Add(
            new NpgsqlParameter<string[]> { TypedValue = [.. http.Request.Query["article"]!] }
        );
        var counts = new Dictionary<string, int>();
        await using (var reader = await command.ExecuteReaderAsync(http.RequestAborted))
        {
            while (await reader.ReadAsync(http.RequestAborted))
                counts[reader.GetString(0)] = reader.GetInt32(1);
        }
        await http.Response.WriteAsJsonAsync(counts, http.RequestAborted);
    }
}
