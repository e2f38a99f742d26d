using System.CommandLine;
using Npgsql;
using ThreadStore.History.Replays;
using ThreadStore.Http;

namespace ThreadStore.Commands;

/// <summary>The command <c>replay</c>.</summary>
public static class Replaying
{
    public static Command Command()
    {
        var site = new Option<string?>("--site") { Description = "The site to replay" };
        var all = new Option<bool>("--all") { Description = "All sites" };
        var folder = new Option<string>("--out")
        {
            Description = "Where the files go: a new folder, or one of a replay before",
            Required = true,
        };
        var after = new Option<long?>("--after")
        {
            Description = "Only what came after this position: adds to what the folder holds",
        };
        var format = new Option<string>("--format")
        {
            Description = "parquet, or ndjson: lines of JSON",
            DefaultValueFactory = _ => "parquet",
        };
        format.AcceptOnlyFromAmong("parquet", "ndjson");
        site.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string>() is { } key && !Keys.IsSite(key))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -.");
        });
        after.Validators.Add(r =>
        {
            if (r.Tokens is [var token] && long.TryParse(token.Value, out var position) && position < 0)
                r.AddError("--after is a position, 0 or more.");
        });
        var command = new Command("replay", "Write the history as files for DuckDB, Spark or pandas")
        {
            site,
            all,
            folder,
            after,
            format,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(site) is null != r.GetValue(all))
                r.AddError("Give --site with a site's key, or --all.");
        });
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    new(
                        parsed.GetValue(site),
                        parsed.GetRequiredValue(folder),
                        parsed.GetValue(after),
                        parsed.GetValue(format) == "ndjson" ? ReplayFormat.Ndjson : ReplayFormat.Parquet
                    ),
                    ct
                )
        );
        return command;
    }

    static async Task<int> RunAsync(ReplayRequest request, CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(
            migrate: true,
            ct,
            request.Site is { } site ? [site] : []
        );
        var manifest = await ReadAsync(host.App.Services, request, ct);
        Console.WriteLine(
            FormattableString.Invariant(
                $"{Path.GetFullPath(request.Folder)}: up to position {manifest.LastPosition}, "
            ) + string.Join(", ", manifest.Counts.Select(c => $"{c.Value} {c.Key}"))
        );
        return 0;
    }

    /// <summary>From a standby that holds all, where there is one and it sees it through, and otherwise from the primary.</summary>
    static async Task<Manifest> ReadAsync(
        IServiceProvider services,
        ReplayRequest request,
        CancellationToken ct
    )
    {
        if (await services.GetRequiredService<ReadReplicas>().HoldingAllAsync(ct) is { } standby)
        {
            try
            {
                return await ReadAsync(standby.Database, request, ct);
            }
            catch (Exception e) when (ReadReplicas.IsOfReplica(e))
            {
                await Console.Error.WriteLineAsync(
                    $"The read replica {standby.Name} did not see it through ({e.GetBaseException().Message}): the primary is read."
                );
            }
        }
        return await ReadAsync(services.GetRequiredService<NpgsqlDataSource>(), request, ct);
    }

    static async Task<Manifest> ReadAsync(
        NpgsqlDataSource database,
        ReplayRequest request,
        CancellationToken ct
    )
    {
        Manifest? manifest = null;
        var begin = request.After ?? 0;
        await EventBar.RunAsync(async told =>
            manifest = await new Replay(database, request).RunAsync(
                p => told(p.Events, p.Position - begin, p.End - begin),
                ct
            )
        );
        return manifest ?? throw new InvalidOperationException("A replay without a manifest.");
    }
}
