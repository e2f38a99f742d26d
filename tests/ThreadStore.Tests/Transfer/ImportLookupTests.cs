using System.Globalization;
using System.Text;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>An import looks things up by their keys, however little PostgreSQL knows of tables that were just filled.</summary>
public sealed class ImportLookupTests(Store store)
{
    /// <summary>Some stretches.</summary>
    const int Comments = 6_000;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_stretch_stored_is_not_read_by_each_that_follows(bool isHistory)
    {
        var connectionString = await ImportAsync(isHistory);
        // what a session counted is told at its end
        await using var database = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await Until.TrueAsync(
            async () => await NumberAsync(database, "n_tup_ins", "pg_stat_user_tables") >= Comments,
            "statistics"
        );

        // each event looks for its stream
        Assert.InRange(
            await NumberAsync(database, "idx_tup_read", "pg_stat_user_indexes"),
            0,
            Comments + Comments / 10
        );
    }

    async Task<string> ImportAsync(bool isHistory)
    {
        var source = await store.CreateDatabaseAsync();
        await using var app = await AppAsync(source);
        var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        using var files = new ForeignFiles(database, "moved");
        await files.ImportAsync(null, [files.Write("site.ndjson", Records())]);
        if (!isHistory)
            return source;
        var path = files.Write("history.ndjson", "");
        await new ExportSite(database, "moved").RunAsync(() => File.Create(path), _ => { }, Ct);
        var target = await store.CreateDatabaseAsync();
        await using var other = await AppAsync(target);
        await using var import = await ImportFeed.OpenAsync(
            other.Services.GetRequiredService<NpgsqlDataSource>(),
            "moved",
            isDry: false,
            Ct
        );
        await using var file = File.OpenRead(path);
        await import.RunAsync(file, p => Assert.Fail(p.Reason), (_, _) => { }, Ct);
        return target;
    }

    /// <summary>It has a database, and does not run: nobody else reads there.</summary>
    async Task<WebApplication> AppAsync(string connectionString)
    {
        var app = store.Builder(connectionString).Build();
        await Schema.ApplyAsync(app.Services.GetRequiredService<IDocumentStore>(), Ct);
        return app;
    }

    static string Records()
    {
        var text = new StringBuilder(
            """
            {"type":"header","format":"threadstore-ndjson","version":1}
            {"type":"article","key":"a","title":"A"}
            """
        );
        for (var i = 0; i < Comments; i++)
            text.Append(
                CultureInfo.InvariantCulture,
                $$"""

                {"type":"comment","externalId":"{{i}}","article":"a","author":"ada","createdAt":"2020-01-01T00:00:00Z","body":"No. {{i}}","bodyFormat":"text"}
                """
            );
        return text.ToString();
    }

    static async Task<long> NumberAsync(NpgsqlDataSource database, string column, string view)
    {
        await using var command = database.CreateCommand(
            $"select sum({column})::bigint from {view} where relname = 'mt_streams'"
        );
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }
}
