using System.Diagnostics;
using System.Globalization;

namespace ThreadStore.Benchmarks;

/// <summary>Processor time of the parties to a measurement; null where it cannot be read.</summary>
/// <remarks>On a busy machine the time for each request says more than the requests per second.</remarks>
sealed record CpuTimes(TimeSpan? Generator, TimeSpan? Server, TimeSpan? Postgres)
{
    public static CpuTimes operator -(CpuTimes now, CpuTimes before) =>
        new(now.Generator - before.Generator, now.Server - before.Server, now.Postgres - before.Postgres);

    /// <summary>A server's, with its workers where they are processes.</summary>
    public static TimeSpan Of(Process process)
    {
        if (OfFamily(process.Id) is { } all)
            return all;
        process.Refresh();
        return process.TotalProcessorTime;
    }

    public static TimeSpan OfThisProcess() => Environment.CpuUsage.TotalTime;

    /// <summary>A process and its children, those that ended included; Linux only.</summary>
    /// <param name="first">Of a PostgreSQL see <see cref="PostmasterOf"/>.</param>
    public static TimeSpan? OfFamily(int? first)
    {
        if (first is not { } parent || !OperatingSystem.IsLinux() || ProcStat.Read(parent) is not { } server)
            return null;
        var ticks = server.Own + server.Ended;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid)
                && ProcStat.Read(pid) is { } child
                && child.Parent == parent
            )
                ticks += child.Own;
        }
        return TimeSpan.FromSeconds(ticks / (double)ProcStat.TicksPerSecond);
    }

    /// <summary>The process that started a backend; null where it is on another machine.</summary>
    public static int? PostmasterOf(int backend) =>
        OperatingSystem.IsLinux() && ProcStat.Read(backend) is { Name: "postgres" or "postmaster" } process
            ? process.Parent
            : null;

    /// <param name="Own">User and system time, in ticks.</param>
    /// <param name="Ended">That of children which ended.</param>
    sealed record ProcStat(string Name, int Parent, long Own, long Ended)
    {
        /// <summary>Linux shows times to programs in these, whatever its own clock.</summary>
        public const int TicksPerSecond = 100;

        public static ProcStat? Read(int pid)
        {
            try
            {
                var text = File.ReadAllText($"/proc/{pid}/stat");
                // the name is in brackets and may hold any character; see proc_pid_stat(5)
                var close = text.LastIndexOf(')');
                var name = text[(text.IndexOf('(') + 1)..close];
                var fields = text[(close + 2)..].Split(' ');
                long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
                return new(name, (int)Number(4), Number(14) + Number(15), Number(16) + Number(17));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null; // it has ended
            }
        }
    }
}
