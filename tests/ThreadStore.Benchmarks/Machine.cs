using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace ThreadStore.Benchmarks;

static class Machine
{
    /// <summary>Of the last minute; null where the system has none to read.</summary>
    public static double? LoadAverage =>
        File.Exists("/proc/loadavg")
            ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
            : null;

    /// <summary>The most that this process has held in memory since <see cref="ForgetPeak"/>, in bytes.</summary>
    public static long PeakMemory =>
        File.Exists(Status)
            ? long.Parse(
                File.ReadLines(Status)
                    .First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
                    .Split(' ')[^2],
                CultureInfo.InvariantCulture
            ) << 10
            : Process.GetCurrentProcess().PeakWorkingSet64;

    /// <summary>What was used before does not count, where the system lets one say so.</summary>
    public static void ForgetPeak()
    {
        GC.Collect();
        if (File.Exists("/proc/self/clear_refs"))
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    const string Status = "/proc/self/status";

    /// <summary>Debug or Release.</summary>
    public static string Configuration =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration
        ?? "unknown";
}
