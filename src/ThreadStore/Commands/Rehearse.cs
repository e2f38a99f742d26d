using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Rehearsals;

namespace ThreadStore.Commands;

/// <summary>The command <c>rehearse</c>.</summary>
public static class Rehearse
{
    public static Command Command()
    {
        var site = new Option<string>("--site")
        {
            Description = "The site whose history is played; it is only read",
            Required = true,
        };
        var from = new Option<long>("--from") { Description = "The position to begin with", Required = true };
        var to = new Option<long>("--to") { Description = "The last position", Required = true };
        var into = new Option<string>("--into")
        {
            Description = "The site to play into; created if it isn't there",
            Required = true,
        };
        var speed = new Option<double>("--speed")
        {
            Description = "Times as fast as it was; 0.5 is half as fast",
            DefaultValueFactory = _ => 1,
            CustomParser = r =>
            {
                if (
                    double.TryParse(
                        r.Tokens[0].Value,
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out var value
                    )
                    && value > 0
                    && double.IsFinite(value)
                )
                    return value;
                r.AddError("--speed is a number above 0, as in 100 or 0.5.");
                return 1;
            },
        };
        var keep = new Option<string[]>("--keep")
        {
            Description = "texts, names, or both (--keep texts names): leave them as they are",
            AllowMultipleArgumentsPerToken = true,
        };
        keep.AcceptOnlyFromAmong("texts", "names");
        var seed = new Option<string?>("--seed")
        {
            Description =
                "Whoever knows it can tell who is who: the same seed gives the same names. Left out: a random one, which is forgotten",
        };
        var on = new Option<string?>("--on")
        {
            Description =
                "Another server: the name of its database's connection string, as in ConnectionStrings__NAME",
        };
        var beside = new Option<bool>("--beside")
        {
            Description = "Also where the site has comments already",
        };
        foreach (var key in (Option<string>[])[site, into])
            key.Validators.Add(r =>
            {
                if (!Keys.IsSite(r.GetValueOrDefault<string>() ?? ""))
                    r.AddError($"{key.Name} has 1 to 63 of a-z, 0-9 and -.");
            });
        var command = new Command(
            "rehearse",
            "Play a stretch of history into another site, under other names"
        )
        {
            site,
            from,
            to,
            into,
            speed,
            keep,
            seed,
            on,
            beside,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(on) is null && r.GetValue(site) is { } source && source == r.GetValue(into))
                r.AddError("--into is another site than --site.");
            // what is no number is told by itself
            if (PositionOf(r, from) is not { } first || PositionOf(r, to) is not { } last)
                return;
            if (first < 1)
                r.AddError("--from is a position, 1 or more.");
            else if (first > last)
                r.AddError("--from is not after --to.");
        });
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    new(
                        parsed.GetRequiredValue(site),
                        parsed.GetValue(from),
                        parsed.GetValue(to),
                        parsed.GetRequiredValue(into),
                        parsed.GetValue(speed),
                        KeptOf(parsed.GetValue(keep) ?? []),
                        parsed.GetValue(seed),
                        parsed.GetValue(beside)
                    ),
                    parsed.GetValue(on),
                    ct
                )
        );
        return command;
    }

    static long? PositionOf(CommandResult command, Option<long> option) =>
        command.GetResult(option)?.Tokens is [var token]
        && long.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var position)
            ? position
            : null;

    static Kept KeptOf(string[] words) =>
        (words.Contains("texts") ? Kept.Texts : Kept.Nothing)
        | (words.Contains("names") ? Kept.Names : Kept.Nothing);

    static async Task<int> RunAsync(RehearsalRequest request, string? on, CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(migrate: false, ct, request.Site);
        await using var other =
            on is not null ? await OpenAsync(host, on, ct)
            : host.Options.Databases.Count > 0
                ? await Host.StartAsync(needsKey: false, answers: false, newSite: request.Into, ct: ct)
            : null;
        var target = other ?? host;
        await Importing.CheckKeysAsync(target, request.Into, ct);
        var rehearsal = new Rehearsal(
            host.App.Services.GetRequiredService<NpgsqlDataSource>(),
            target.App.Services.GetRequiredService<NpgsqlDataSource>(),
            request,
            target.App.Services.GetRequiredService<ErasureHash>(),
            TimeProvider.System
        );
        RehearsalOutcome? outcome = null;
        try
        {
            await EventBar.RunAsync(
                async told => outcome = await rehearsal.RunAsync(p => told(p.Events, p.Position, p.End), ct),
                isWhole: () => outcome?.Copy is not null
            );
        }
        catch when (rehearsal.Last > 0)
        {
            await Console.Error.WriteLineAsync($"Played up to position {rehearsal.Last}.");
            throw;
        }
        return outcome is null
            ? throw new InvalidOperationException("A rehearsal without an outcome.")
            : Tell(request, outcome);
    }

    static async Task<Host> OpenAsync(Host here, string name, CancellationToken ct)
    {
        var connection =
            here.Configuration.GetConnectionString(name)
            ?? throw new StartupException(
                $"There is no connection string {name}: set ConnectionStrings__{name}."
            );
        var there = await Host.StartAsync(
            needsKey: false,
            answers: false,
            configure: b => b.Configuration["ConnectionStrings:ThreadStore"] = connection,
            ct: ct
        );
        try
        {
            await there.SettleSchemaAsync(migrate: false, ct);
            await there.RefuseOneOfSeveralAsync(ct);
            return there;
        }
        catch
        {
            await there.DisposeAsync();
            throw;
        }
    }

    /// <returns>The exit code: 0 where the copy is what was to be played, and all of what came before it is there.</returns>
    static int Tell(RehearsalRequest request, RehearsalOutcome outcome)
    {
        Console.WriteLine($"before: {outcome.Before} events, told at once");
        Console.WriteLine(
            outcome.Played == 0
                ? "played: nothing"
                : $"played: {outcome.Played} events, up to position {outcome.Last}"
        );
        Console.WriteLine(
            FormattableString.Invariant(
                $"rhythm: {outcome.Took.TotalSeconds:0.0} s for {outcome.Due.TotalSeconds:0.0} s, {(outcome.IsInRhythm ? "within" : "not within")} 5 %"
            )
        );
        foreach (var reason in outcome.LeftOut)
            Console.Error.WriteLine($"left out: {reason}");
        Console.WriteLine($"source: {outcome.Source}");
        if (outcome.Copy is null)
        {
            Console.Error.WriteLine(
                $"It was ended before position {request.To}. With a --seed, it goes on by --from {Math.Max(request.From, outcome.Last + 1)} --beside and the same seed."
            );
            return 1;
        }
        Console.WriteLine($"copy:   {outcome.Copy}");
        if (outcome.Copy != outcome.Source)
            Console.Error.WriteLine(
                $"The copy is not of the structure of its source: others wrote in '{request.Into}' what was to be played, or decided before it."
            );
        return outcome.IsComplete ? 0 : 1;
    }
}
