using ThreadStore.Tests.Clients;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What src/web is built with.</summary>
static class Packages
{
    public static readonly string Npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    static readonly SemaphoreSlim Turn = new(1, 1);

    /// <summary>Fetched once; the test is skipped where they can't be had.</summary>
    public static async Task InstallAsync(string folder)
    {
        await Turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var wanted = new FileInfo(Path.Combine(folder, "package-lock.json"));
            var present = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
            if (present.Exists && present.LastWriteTimeUtc >= wanted.LastWriteTimeUtc)
                return;
            var done = await Tool.RunAsync(folder, Npm, ["ci", "--no-progress"]);
            Assert.SkipWhen(
                done is not { ExitCode: 0 },
                $"The packages of src/web can't be had: {done?.Text ?? "there is no npm on the PATH."}"
            );
        }
        finally
        {
            Turn.Release();
        }
    }
}
