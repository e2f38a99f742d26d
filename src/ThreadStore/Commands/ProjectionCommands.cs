using System.CommandLine;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Search;

namespace ThreadStore.Commands;

/// <summary>The command <c>projections</c>, as Marten's users know it.</summary>
/// <remarks>
/// Its rebuild is refused: beside running servers it loses rows that they write meanwhile and leaves their own progress
/// behind, and no process can be sure that none runs.
/// </remarks>
static class ProjectionCommands
{
    public static Command Command()
    {
        var list = new Command("list", "Print what makes read models, and how far each has come");
        list.SetAction((_, ct) => ListAsync(ct));
        var rebuild = new Command("rebuild", "Not here: see threadstore rebuild")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        rebuild.SetAction(Refuse);
        var command = new Command("projections", "What makes read models: list") { list, rebuild };
        command.SetAction((_, ct) => ListAsync(ct));
        return command;
    }

    static int Refuse(ParseResult parsed) =>
        throw new StartupException(
            "Marten's rebuild is not safe beside running servers; this one is: threadstore rebuild, or a part of it by --only rows, search or reports."
        );

    static async Task<int> ListAsync(CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(migrate: false, ct);
        var positions = host.App.Services.GetRequiredService<Positions>();
        var progress = host.App.Services.GetRequiredService<ProjectionProgress>();
        await positions.AskAsync(ct);
        Print(ThreadRows.Name, "inline", positions.Newest);
        foreach (var name in Indexer.Lagging)
            Print(name, "async", await progress.ReadAsync(name, ct));
        return 0;

        void Print(string name, string lifecycle, long position) =>
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{name, -12}{lifecycle, -8}at position {position} of {positions.Newest}"
                )
            );
    }
}
