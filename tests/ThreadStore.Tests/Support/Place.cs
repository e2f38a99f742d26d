using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Rows;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A database of a running server, with what the server has of it.</summary>
public class Place(IServiceProvider services)
{
    public IServiceProvider Services => services;
    public NpgsqlDataSource Database => services.GetRequiredService<NpgsqlDataSource>();
    public DocumentStore Documents => (DocumentStore)services.GetRequiredService<IDocumentStore>();
    public Appender Appender => services.GetRequiredService<Appender>();
    public Positions Positions => services.GetRequiredService<Positions>();

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The laws of reader rows: they equal what the events say, and what Marten's rebuild makes of them.</summary>
    /// <param name="batchSizes">Of the rebuilds: how many events are folded together.</param>
    public async Task AssertRowsFollowFromEventsAsync(params int[] batchSizes)
    {
        var ct = TestContext.Current.CancellationToken;
        foreach (var length in batchSizes.DefaultIfEmpty(500))
        {
            // whole, and as "doctor" looks at a sample
            foreach (var sample in (int?[])[null, 2])
            {
                var differences = await RebuildBeside.CompareAsync(Database, sample, _ => { }, ct, length);
                Assert.True(differences.Count == 0, string.Join('\n', differences));
            }
        }
        var live = await DumpAsync();
        Assert.True(Documents.Options.Projections.TryFindProjection(ThreadRows.Name, out var projection));
        foreach (var size in batchSizes)
        {
            projection.Options.BatchSize = size;
            // as the command "projections rebuild" does
            using var daemon = await Documents.BuildProjectionDaemonAsync();
            await daemon.RebuildProjectionAsync(ThreadRows.Name, ct);
            Assert.Equal(live, await DumpAsync());
        }
    }

    /// <summary>All reader rows, as text.</summary>
    async Task<string> DumpAsync()
    {
        var tables = ReaderTables.All.Select(t =>
            $"select coalesce(string_agg(r::text, e'\\n' order by r::text), '') from {ReaderTables.Schema}.{t} r"
        );
        var dumps = new List<string>();
        foreach (var sql in tables)
            dumps.Add((string)(await ScalarAsync(sql))!);
        return string.Join("\n\n", dumps);
    }
}
