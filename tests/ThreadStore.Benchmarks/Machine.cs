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

    /// <summary>Debug or Release.</summary>
    public static string Configuration =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration
        ?? "unknown";
}
