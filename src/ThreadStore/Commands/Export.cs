using System.CommandLine;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Transfer;

namespace ThreadStore.Commands;

public static class Export
{
    const string StandardOutput = "-";
    const string History = "threadstore";
    const string WordPress = "wordpress";
    const string Csv = "csv";

    /// <summary>What the file is called until it is whole.</summary>
    const string Partial = ".part";

    public static Command Command()
    {
        var site = new Option<string>("--site") { Description = "The site to write", Required = true };
        var file = new Option<string>("--out")
        {
            Description = "The file to write; - for the standard output",
            Required = true,
        };
        site.Validators.Add(r =>
        {
            if (!Keys.IsSite(r.GetValueOrDefault<string>() ?? ""))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -.");
        });
        var format = new Option<string>("--format")
        {
            Description =
                "threadstore: all, a line an event; wordpress: WXR 1.2, for other systems; csv: a row a comment",
            DefaultValueFactory = _ => History,
        };
        format.AcceptOnlyFromAmong(History, WordPress, Csv);
        var command = new Command("export", "Write a whole site as NDJSON, a line an event, or for others")
        {
            site,
            file,
            format,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    parsed.GetRequiredValue(site),
                    parsed.GetRequiredValue(file),
                    parsed.GetRequiredValue(format),
                    ct
                )
        );
        return command;
    }

    static async Task<int> RunAsync(string site, string path, string format, CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(migrate: true, ct, site);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        var (count, unit) = (0L, format == History ? "events" : "comments");
        var isOurs = false;
        Stream Open()
        {
            if (path == StandardOutput)
                return Console.OpenStandardOutput();
            var file = PrivateFile.Create(path + Partial);
            isOurs = true;
            return file;
        }
        try
        {
            await EventBar.RunAsync(
                async told =>
                    count =
                        format == History
                            ? await new ExportSite(database, site).RunAsync(
                                Open,
                                p => told(p.Events, p.Position, p.End),
                                ct
                            )
                            : await new ExportedThreads(database, site).RunAsync(
                                () =>
                                    format == Csv ? new CsvWriter(Open()) : new WordPressWriter(Open(), site),
                                (done, all) => told(done, done, all),
                                ct
                            ),
                unit
            );
        }
        catch when (isOurs)
        {
            File.Delete(path + Partial);
            throw;
        }
        if (path == StandardOutput)
            return 0;
        File.Move(path + Partial, path, overwrite: true);
        Console.WriteLine($"{path}: {count} {unit}");
        return 0;
    }
}
