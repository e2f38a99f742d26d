using System.CommandLine;
using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Privacy;

namespace ThreadStore.Commands;

/// <summary>The command <c>erasures</c>: brings erasures over to a database restored from a backup that is older than they are.</summary>
public static class Ledger
{
    /// <summary>What the file is called until it is whole.</summary>
    const string Partial = ".part";

    public static Command Command()
    {
        var file = new Option<string?>("--out")
        {
            Description = "Write all erasures to this file, with nothing personal in them",
        };
        var ledger = new Option<FileInfo?>("--apply")
        {
            Description = "Erase here whom this file says were erased; may be repeated",
        };
        var command = new Command(
            "erasures",
            "Bring erasures over to a database restored from a backup that is older than they are"
        )
        {
            file,
            ledger,
        };
        command.Validators.Add(r =>
        {
            if (r.GetResult(file) is null == r.GetResult(ledger) is null)
                r.AddError("Give --out with a file to write, or --apply with one to read.");
        });
        command.SetAction(
            (parsed, ct) =>
                parsed.GetValue(ledger) is { } from
                    ? ApplyAsync(from, ct)
                    : WriteAsync(parsed.GetValue(file) ?? "", ct)
        );
        return command;
    }

    static async Task<int> WriteAsync(string path, CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(migrate: true, ct);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        long count;
        try
        {
            await using var file = new StreamWriter(PrivateFile.Create(path + Partial)) { NewLine = "\n" };
            count = await ErasureLedger.WriteAsync(database, file, ct);
        }
        catch
        {
            File.Delete(path + Partial);
            throw;
        }
        File.Move(path + Partial, path, overwrite: true);
        Console.WriteLine($"{path}: {count} erasures");
        await using var underWay = database.CreateCommand(
            $"select count(*) from {ErasureTable.Name} where erased_at is null"
        );
        if (await underWay.ExecuteScalarAsync(ct) is long more and > 0)
            await Console.Error.WriteLineAsync(
                $"{more} more are under way: write the file again when they are done."
            );
        return 0;
    }

    /// <exception cref="StartupException">Nothing was done, or a line could not be read.</exception>
    static async Task<int> ApplyAsync(FileInfo file, CancellationToken ct)
    {
        if (!file.Exists)
            throw new StartupException($"There is no file '{file.FullName}'.");
        var (ledger, lines, faults) = (new List<LedgerEntry>(), new List<int>(), 0);
        var n = 0;
        await foreach (var line in File.ReadLinesAsync(file.FullName, ct))
        {
            n++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                ledger.Add(LedgerEntry.Read(line));
                lines.Add(n);
            }
            catch (FormatException e)
            {
                faults++;
                await Console.Error.WriteLineAsync($"{file.Name}:{n}: {e.Message}");
            }
        }
        await using var host = await Host.StartAsync(onlyReads: true, answers: false, ct: ct);
        await host.SettleSchemaAsync(migrate: true, ct);
        var outcomes = new List<LedgerOutcome>();
        await host
            .App.Services.GetRequiredService<ApplyLedger>()
            .RunAsync(
                ledger,
                (entry, outcome, done) =>
                {
                    Console.WriteLine(
                        $"{file.Name}:{lines[outcomes.Count]}: {entry.Site} {entry.Id}: {Words(outcome, done)}"
                    );
                    outcomes.Add(outcome);
                },
                ct
            );
        Console.WriteLine($"{outcomes.Count} read, {outcomes.Count(o => o == LedgerOutcome.Erased)} erased");
        return faults == 0
            ? 0
            : throw new StartupException(
                $"{faults} lines of {file.Name} could not be read: get the whole file, and apply it again."
            );
    }

    static string Words(LedgerOutcome outcome, ErasureCertificate? done) =>
        outcome switch
        {
            LedgerOutcome.Erased => $"erased, {done?.Comments} comments, {done?.Events} events",
            LedgerOutcome.Already => "already",
            LedgerOutcome.NothingHeld => "nothing held",
            LedgerOutcome.CameAgain => "came again since, and stays",
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
        };
}
