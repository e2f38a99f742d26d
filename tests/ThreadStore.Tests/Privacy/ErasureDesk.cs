using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Search;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>The shortest ways to erase somebody, and what must hold after it.</summary>
static class ErasureDesk
{
    /// <param name="token">Null: an administrator's.</param>
    public static Task<Reply> EraseAsync(this TestSite site, string key, string? token = null) =>
        site.SendAsync(
            "DELETE",
            $"/commenters/{Uri.EscapeDataString(key)}/data",
            null,
            token ?? site.Token("root", Role.Admin)
        );

    /// <summary>Search and reports have come to the end.</summary>
    public static async Task IndexedAsync(this Node node)
    {
        var newest = (long)(await node.ScalarAsync(Positions.NewestSql))!;
        var progress = node.Services.GetRequiredService<ProjectionProgress>();
        foreach (var name in Indexer.Lagging)
            await Until.TrueAsync(
                async () => await progress.ReadAsync(name, TestContext.Current.CancellationToken) >= newest,
                $"{name} to be at {newest}",
                TimeSpan.FromMinutes(1)
            );
    }

    /// <summary>Rows, and what reports are counted from, follow from the events that are left.</summary>
    public static async Task AssertErasureLawsAsync(this Node node)
    {
        await node.AssertRowsFollowFromEventsAsync();
        await node.IndexedAsync();
        var reports = await ReportCheck.CompareAsync(
            node.Database,
            sample: null,
            TestContext.Current.CancellationToken
        );
        Assert.True(reports.Count == 0, string.Join('\n', reports));
    }

    /// <summary>The columns, in any schema, in which a mark stands.</summary>
    public static async Task<List<string>> PlacesAsync(this NpgsqlDataSource database, string needle)
    {
        var columns = new List<(string Table, string Column)>();
        await using (
            var command = database.CreateCommand(
                """
                select format('%I.%I', c.table_schema, c.table_name), quote_ident(c.column_name)
                from information_schema.columns c
                join information_schema.tables t using (table_schema, table_name)
                where c.table_schema not in ('pg_catalog', 'information_schema') and t.table_type = 'BASE TABLE'
                """
            )
        )
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                columns.Add((reader.GetString(0), reader.GetString(1)));
        var hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(needle));
        var places = new List<string>();
        foreach (var (table, column) in columns)
        {
            await using var command = database.CreateCommand(
                $"select exists (select 1 from {table} t where t.{column}::text ~* '{needle}|{hex}')"
            );
            if (await command.ExecuteScalarAsync() is true)
                places.Add($"{table}.{column}");
        }
        return places;
    }
}
