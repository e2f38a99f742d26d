using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Spectre.Console;

namespace ThreadStore.Commands;

/// <summary>The progress of a command that goes through events: how many, how fast, and the time that is left.</summary>
static class EventBar
{
    /// <summary>Told the events so far, how much is done, and of how much.</summary>
    public delegate void Told(long events, double done, double all);

    /// <param name="unit">What is counted.</param>
    /// <param name="isWhole">Asked at the end; null: what ends without an exception is done.</param>
    public static async Task RunAsync(
        Func<Told, Task> work,
        string unit = "events",
        Func<bool>? isWhole = null
    )
    {
        ProgressTask? shown = null;
        await Import
            .ProgressBar()
            .StartAsync(async bar => shown = await RunAsync(bar, unit, work, unit, isWhole));
        // Spectre tells a pipe of some of the steps, and of no end
        if (Console.IsErrorRedirected && shown is not null)
            await Console.Error.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Markup.Remove(shown.Description)}: {Math.Floor(shown.Percentage)}%"
                )
            );
    }

    /// <param name="name">What is shown until there is an event.</param>
    public static async Task<ProgressTask> RunAsync(
        ProgressContext bar,
        string name,
        Func<Told, Task> work,
        string unit = "events",
        Func<bool>? isWhole = null
    )
    {
        // no request waits here: to collect garbage beside the program would only take time, and memory meanwhile
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        var task = bar.AddTask(Markup.Escape(name));
        var started = Stopwatch.GetTimestamp();
        await work(
            (events, done, all) =>
            {
                (task.MaxValue, task.Value) = (Math.Max(1, all), done);
                task.Description = Rate(events, unit, Stopwatch.GetElapsedTime(started));
            }
        );
        if (isWhole?.Invoke() != false)
            task.Value = task.MaxValue;
        return task;
    }

    static string Rate(long events, string unit, TimeSpan time) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{events:N0} {unit}, {events / Math.Max(0.001, time.TotalSeconds):N0}/s"
        );
}
