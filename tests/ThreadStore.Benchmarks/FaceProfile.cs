using System.Text.Json;
using Microsoft.Playwright;

namespace ThreadStore.Benchmarks;

/// <summary>What a page's own thread does over a stretch: the time in a script and in what it calls, and the time in all.</summary>
/// <param name="Script">Milliseconds by the clock, by V8's samples; whatever else the browser had to collect is in it.</param>
/// <param name="Processor">Milliseconds of the processor for all tasks: scripts, styles, layout, painting.</param>
sealed record FaceProfile(double Script, double Processor)
{
    /// <summary>Microseconds between two samples.</summary>
    const int Interval = 100;

    const string Garbage = "(garbage collector)";

    /// <param name="script">What the addresses of the script's files end with.</param>
    public static async Task<FaceProfile> OfAsync(IPage page, string script, Func<Task> stretch)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        // of the processor: what else runs on the machine does not count
        await devTools.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        await devTools.SendAsync("Profiler.enable");
        await devTools.SendAsync("Profiler.setSamplingInterval", new() { ["interval"] = Interval });
        await devTools.SendAsync("Profiler.start");
        var before = await ProcessorAsync(devTools);
        await stretch();
        var processor = await ProcessorAsync(devTools) - before;
        var profile = (await devTools.SendAsync("Profiler.stop"))!.Value.GetProperty("profile");
        await devTools.DetachAsync();
        return new(InScript(profile, script), processor * 1000);
    }

    /// <summary>Chromium's ScriptDuration leaves out what runs as a microtask, which is all of it here.</summary>
    static async Task<double> ProcessorAsync(ICDPSession devTools) =>
        (await devTools.SendAsync("Performance.getMetrics"))!
            .Value.GetProperty("metrics")
            .EnumerateArray()
            .First(m => m.GetProperty("name").GetString() == "TaskDuration")
            .GetProperty("value")
            .GetDouble();

    static double InScript(JsonElement profile, string script)
    {
        var counted = new HashSet<int>();
        var parents = new Dictionary<int, int>();
        // a parent comes before its children
        foreach (var node in profile.GetProperty("nodes").EnumerateArray())
        {
            var id = node.GetProperty("id").GetInt32();
            var frame = node.GetProperty("callFrame");
            if (
                parents.TryGetValue(id, out var parent) && counted.Contains(parent)
                || frame.GetProperty("url").GetString()!.EndsWith(script, StringComparison.Ordinal)
                || frame.GetProperty("functionName").GetString() == Garbage
            )
                counted.Add(id);
            if (node.TryGetProperty("children", out var children))
                foreach (var child in children.EnumerateArray())
                    parents[child.GetInt32()] = id;
        }
        var samples = profile.GetProperty("samples").EnumerateArray().Select(s => s.GetInt32());
        var deltas = profile.GetProperty("timeDeltas").EnumerateArray().Select(d => d.GetDouble());
        return samples.Zip(deltas).Where(s => counted.Contains(s.First)).Sum(s => s.Second) / 1000;
    }
}
