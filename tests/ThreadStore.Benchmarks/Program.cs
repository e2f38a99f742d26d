using System.CommandLine;
using Npgsql;
using ThreadStore.Benchmarks;

// Both sides in one run: ThreadStore and what it is compared with.
var root = new RootCommand("Measures ThreadStore beside what it is compared with, in one run.")
{
    W1.Command(), // posting a comment
    W7.Command(), // following a discussion live
    CrudService.Command(), // its opponent; W1 starts it
    R4.Command(), // time travel
    Replays.R1(), // the event feed
    Replays.R2(), // a replay to Parquet
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
