using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>Every comparison of documentation, one after the other.</summary>
static class All
{
    public static Command Command()
    {
        var quick = new Option<bool>("--quick")
        {
            Description = "About ten minutes: short rounds, an article of 100,000 comments at most",
        };
        var server = new Option<string>("--server")
        {
            Description = "threadstore's program; the one built with this one unless given",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "threadstore.dll"),
        };
        var command = new Command("all", "Run every comparison") { quick, server };
        command.SetAction(
            (parsed, ct) => RunAsync(parsed.GetValue(quick), parsed.GetRequiredValue(server), ct)
        );
        return command;
    }

    static async Task RunAsync(bool isQuick, string server, CancellationToken ct)
    {
        var options = new RunOptions(
            TimeSpan.FromSeconds(isQuick ? 5 : 10),
            TimeSpan.FromSeconds(isQuick ? 5 : 15),
            Rounds: 3,
            Connections: 64,
            Path.GetFullPath(server),
            ConnectionString: null
        );
        await W1.RunAsync(options with { WarmUp = 2 * options.WarmUp }, ct);
        var large = isQuick ? 100_000 : 1_000_000;
        var reads = isQuick
            ? options with
            {
                Time = TimeSpan.FromSeconds(3),
                WarmUp = TimeSpan.FromSeconds(2),
            }
            : options;
        await Reads.RunAsync(reads, large, large + 30_000, ct);
        await Reactions.RunAsync(options, isQuick ? 200_000 : 1_000_000, ct);
        await Overload.RunAsync(options with { Time = TimeSpan.FromSeconds(isQuick ? 10 : 120) }, ct);
        int[] sizes = isQuick ? [1_000, 100_000] : [1_000, 100_000, 1_000_000];
        await Growth.RunAsync(reads, sizes, ct);
    }
}
