using System.CommandLine;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ThreadStore.Benchmarks;

/// <summary>What needs neither a database nor a server, by BenchmarkDotNet: times and allocations of an operation.</summary>
static class Pure
{
    public static Command Command()
    {
        var command = new Command("pure", "Render, screen, stitch pages, encode cursors");
        command.SetAction(_ =>
        {
            var summary = BenchmarkRunner.Run<PureOperations>(
                ManualConfig
                    .CreateEmpty()
                    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                    .AddDiagnoser(MemoryDiagnoser.Default)
                    .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
                    .AddLogger(NullLogger.Instance)
                    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "threadstore-pure"))
            );
            Report.Write(Console.Out, "Pure operations", [Report.Circumstances(Machine.LoadAverage)]);
            Console.WriteLine();
            MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Unicode);
        });
        return command;
    }
}

/// <summary>As BenchmarkDotNet wants it: public, and not sealed.</summary>
public class PureOperations
{
    public static IEnumerable<PureOperation> All => PureOperation.All;

    [ParamsSource(nameof(All))]
    public PureOperation? Operation { get; set; }

    [Benchmark]
    public object? Run() => Operation!.Run();
}
