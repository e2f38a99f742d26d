using System.CommandLine;
using Npgsql;
using ThreadStore.Benchmarks;

if (args is [Hello.Name])
{
    // before all else: how fast it starts is what counts
    await Hello.RunAsync();
    return 0;
}

// Both sides in one run: ThreadStore and what it is compared with.
var root = new RootCommand("Measures ThreadStore beside what it is compared with, in one run.")
{
    All.Command(), // one after the other, for documentation
    Compare.Command(), // two builds of ThreadStore, for whoever changes it
    W1.Command(), // posting a comment
    Reads.Command(), // pages, permalinks, histories, counts
    Reactions.Command(), // on one comment
    Start.Command(), // until the first answer
    Memory.Command(), // after many requests
    W7.Command(), // following a discussion live
    Replays.R1(), // the event feed
    Replays.R2(), // a replay to Parquet
    R3.Command(), // rebuild
    R4.Command(), // time travel
    Replays.R5(), // what-if
    R6.Command(), // import
    Imports.Command(), // import from other systems
    Overload.Command(), // three times what it takes
    Deliveries.Command(), // webhooks beside receivers that are not well
    ReportTimes.Command(), // every report, and discounting
    Face.Command(), // what browsers load, paint and run
    Kills.Command(), // whether everybody is told though nodes and databases die
    SpreadSites.Command(), // posts on sites in two databases
    MoveSite.Command(), // from one database to another
    StandbyReads.Command(), // what a standby answers
    Growth.Command(), // by the size of the store
    Generate.Command(), // a store to measure
    ScreeningCost.Command(), // the rules, without a server
    LearnCost.Command(), // learned moderation beside ML.NET, without a server
    SearchCost.Command(), // indexing and searching, without a server
    Pure.Command(), // what needs neither database nor server
    // what they are compared with; they start it themselves
    CrudService.Command(),
    PlainReader.Command(),
};
try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is BenchmarkException or NpgsqlException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped; nothing was measured.");
    return 1;
}
