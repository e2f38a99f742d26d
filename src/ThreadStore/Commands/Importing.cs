using System.Text.Json;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer;

namespace ThreadStore.Commands;

/// <summary>What the command <c>import</c> was told beside the files.</summary>
/// <param name="Format">Null: to be recognised.</param>
/// <param name="Report">Null: problems are told on stderr, the first of them.</param>
sealed record ImportArguments(
    string Site,
    string? Format,
    bool DryRun,
    bool Strict,
    bool AsJson,
    string? SiteUrl,
    FileInfo? UrlMap,
    FileInfo? Report,
    string? Article
);

/// <summary>The command <c>import</c> for all but a plain text that is shown.</summary>
static class Importing
{
    /// <summary>Problems that are told in words; of others only the number is.</summary>
    const int MaxTold = 20;

    public static IReadOnlyList<ImportInput> Open(IReadOnlyList<FileInfo> files)
    {
        var inputs = new List<ImportInput>();
        foreach (var file in files)
        {
            if (!file.Exists)
                throw new StartupException($"There is no file '{file.FullName}'.");
            inputs.AddRange(ImportInput.Of(file.FullName, file.Name));
        }
        return inputs.Count > 0 ? inputs : throw new StartupException("The archive is empty.");
    }

    /// <exception cref="StartupException">Nothing could be stored.</exception>
    public static async Task RunAsync(
        ImportArguments arguments,
        string format,
        IReadOnlyList<FileInfo> files,
        IReadOnlyList<ImportInput> inputs,
        Transfer.Formats.TextPageOptions? text,
        CancellationToken ct
    )
    {
        using var map = arguments.UrlMap?.OpenText();
        var addresses = PageAddresses.Of(arguments.SiteUrl, map);
        await using var host = await Host.StartAsync(
            needsKey: false,
            answers: false,
            newSite: arguments.Site,
            ct: ct
        );
        await host.SettleSchemaAsync(migrate: true, ct);
        await host.RefuseOneOfSeveralAsync(ct);
        await CheckKeysAsync(host, arguments.Site, ct);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        var options = new ImportOptions(
            arguments.Site,
            format,
            Secret: null,
            arguments.DryRun,
            arguments.Strict,
            addresses,
            arguments.Article,
            text
        );
        // it quotes what people wrote
        await using var problems = arguments.Report is { } file
            ? new StreamWriter(PrivateFile.Create(file.FullName))
            : null;
        var (told, count) = (new List<string>(), 0L);
        void Tell(ImportProblem problem)
        {
            count++;
            problems?.WriteLine(JsonSerializer.Serialize(problem, Json.Options));
            if (told.Count < MaxTold)
                told.Add($"{problem.File}:{problem.Line}: {problem.Kind}: {problem.Message}");
        }
        var (report, started) = (ImportReport.Nothing, TimeProvider.System.GetUtcNow());
        ImportRun? run = null;
        try
        {
            await EventBar.RunAsync(
                async progress =>
                {
                    run = new ImportRun(
                        database,
                        options,
                        new(Tell, (records, done, all) => progress(records, done, all)),
                        host.App.Services.GetRequiredService<ErasureHash>(),
                        TimeProvider.System
                    );
                    report = await run.RunAsync(inputs, ct);
                },
                "records"
            );
        }
        finally
        {
            foreach (var line in told)
                await Console.Error.WriteLineAsync(line);
            if (count > told.Count)
                await Console.Error.WriteLineAsync(
                    $"and {count - told.Count} more{(problems is null ? "; see --report" : "")}."
                );
        }
        if (arguments.AsJson)
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new ImportJobView(
                        null,
                        format,
                        arguments.DryRun,
                        ImportState.Done,
                        report.Read,
                        report.Created,
                        report.Already,
                        report.Rejected,
                        report.Warnings,
                        files.Sum(f => f.Length),
                        started.ToMicroseconds(),
                        TimeProvider.System.GetUtcNow().ToMicroseconds(),
                        await PositionAsync(database, ct)
                    ),
                    Json.Options
                )
            );
        else
            Show(report, run?.Histories ?? [], format, arguments.DryRun);
    }

    /// <summary>Without a key nobody knows who was erased.</summary>
    /// <exception cref="StartupException">Somebody was, and there is none.</exception>
    public static async Task CheckKeysAsync(Host host, string site, CancellationToken ct)
    {
        if (host.Options.SecretsKeys.Count > 0 || Http.SigningKeys.IfAny(host.Options) is not null)
            return;
        await using var command = host
            .App.Services.GetRequiredService<NpgsqlDataSource>()
            .CreateCommand(ErasedInFeed.AnySql, site);
        if (await command.ExecuteScalarAsync(ct) is true)
            throw new StartupException(
                "People were erased on this site, and without a key an import could bring them back: set ThreadStore__SecretsKey, or ThreadStore__SigningKey, as servers have it. Nothing was stored."
            );
    }

    static async Task<long> PositionAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Positions.NewestSql);
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }

    static void Show(
        ImportReport r,
        IEnumerable<(string File, ImportCounts Events)> histories,
        string format,
        bool isDry
    )
    {
        // a history has more than these four
        foreach (var (file, e) in histories)
            Console.WriteLine(
                $"{file}: read {e.Read}, {(isDry ? "would create" : "created")} {e.Created}, already {e.Already}, rejected {e.Rejected}"
            );
        Console.WriteLine(isDry ? $"{format}, nothing stored:" : $"{format}:");
        Line("articles", t => t.Articles);
        Line("commenters", t => t.Commenters);
        Line("comments", t => t.Comments);
        Line("reactions", t => t.Reactions);
        foreach (var (kind, n) in r.Warnings)
            Console.WriteLine($"{kind}: {n}");

        void Line(string what, Func<ImportTally, long> of) =>
            Console.WriteLine(
                $"{what}: read {of(r.Read)}, {(isDry ? "would create" : "created")} {of(r.Created)}, already {of(r.Already)}, rejected {of(r.Rejected)}"
            );
    }
}
