using System.CommandLine;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Transfer;

namespace ThreadStore.Commands;

public static class Export
{
    const string StandardOutput = "-";

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
        var command = new Command("export", "Write a whole site as NDJSON, a line an event") { site, file };
        command.SetAction(
            (parsed, ct) => RunAsync(parsed.GetRequiredValue(site), parsed.GetRequiredValue(file), ct)
        );
        return command;
    }

    static async Task<int> RunAsync(string site, string path, CancellationToken ct)
    {
        await using var host = await Host.StartAsync(needsKey: false, onlyReads: true, ct: ct);
        await host.SettleSchemaAsync(migrate: true, ct);
        var export = new ExportSite(host.App.Services.GetRequiredService<NpgsqlDataSource>(), site);
        var count = 0L;
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
            await EventBar.RunAsync(async told =>
                count = await export.RunAsync(Open, p => told(p.Events, p.Position, p.End), ct)
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
        Console.WriteLine($"{path}: {count} events");
        return 0;
    }
}
