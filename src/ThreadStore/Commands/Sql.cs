using System.CommandLine;
using Npgsql;
using ThreadStore.History.Lakes;
using ThreadStore.History.Replays;
using ThreadStore.Http;

namespace ThreadStore.Commands;

/// <summary>The command <c>sql</c>.</summary>
public static class Sql
{
    public static Command Command()
    {
        var query = new Argument<string>("SQL")
        {
            Description =
                "A query over events, articles, commenters, comments, reactions, decisions; - reads it from stdin",
        };
        var lake = new Option<string?>("--lake") { Description = "A folder that replay wrote" };
        var site = new Option<string?>("--site")
        {
            Description = "A site of the database; with neither, all of them",
        };
        var format = new Option<string>("--format")
        {
            Description = "table, csv or parquet",
            DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "csv", "parquet");
        site.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string>() is { } key && !Keys.IsSite(key))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -.");
        });
        var command = new Command("sql", "Ask the history in SQL, by DuckDB: it is read, and nothing else")
        {
            query,
            lake,
            site,
            format,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(lake) is not null && r.GetValue(site) is not null)
                r.AddError("Give --lake with a folder, or --site with a site of the database.");
            if (r.GetValue(format) == "parquet" && !Console.IsOutputRedirected)
                r.AddError(
                    "Parquet is no text: send it into a file, as in threadstore sql … > answer.parquet."
                );
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var sql = parsed.GetRequiredValue(query);
                if (sql == "-")
                    sql = await Console.In.ReadToEndAsync(ct);
                if (parsed.GetValue(lake) is { } folder)
                    Run(folder, sql, parsed.GetRequiredValue(format));
                else
                    await RunOnStoreAsync(parsed.GetValue(site), sql, parsed.GetRequiredValue(format), ct);
                return 0;
            }
        );
        return command;
    }

    /// <summary>Replays into a folder that is gone afterwards.</summary>
    static async Task RunOnStoreAsync(string? site, string sql, string format, CancellationToken ct)
    {
        var parent = Directory.CreateTempSubdirectory("threadstore-lake-");
        try
        {
            var folder = Path.Combine(parent.FullName, "lake");
            await using (
                var host = await Host.OpenHistoryAsync(migrate: false, ct, site is null ? [] : [site])
            )
            {
                var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
                await EventBar.RunAsync(told =>
                    new Replay(database, new(site, folder, null, ReplayFormat.Parquet)).RunAsync(
                        p => told(p.Events, p.Position, p.End),
                        ct
                    )
                );
            }
            Run(folder, sql, format);
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    static void Run(string folder, string sql, string format)
    {
        using var lake = LakeSql.Open(folder);
        if (format == "table")
        {
            LakeTable.Write(lake, sql, Console.Out);
            return;
        }
        using var output = Console.OpenStandardOutput();
        lake.Copy(sql, format, output);
    }
}
