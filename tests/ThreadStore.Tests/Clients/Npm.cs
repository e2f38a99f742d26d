using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>Runs npm in src/client-ts, whose packages it fetches once.</summary>
public static class Npm
{
    public static readonly string Program = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    public static readonly string Folder = Path.Combine(Sources.Root, "src", "client-ts");

    static readonly Lazy<Task> Installed = new(async () =>
    {
        var (wanted, present) = (
            new FileInfo(Path.Combine(Folder, "package-lock.json")),
            new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"))
        );
        if (!present.Exists || present.LastWriteTimeUtc < wanted.LastWriteTimeUtc)
            await StartAsync(["ci", "--no-progress"], []);
    });

    /// <returns>What it said.</returns>
    public static async Task<string> RunAsync(
        string[] arguments,
        params (string Name, string Value)[] environment
    )
    {
        await Installed.Value;
        return await StartAsync(arguments, environment);
    }

    static async Task<string> StartAsync(string[] arguments, (string Name, string Value)[] environment)
    {
        var (exitCode, text) =
            await Tool.RunAsync(Folder, Program, arguments, environment)
            ?? throw new InvalidOperationException(
                "The TypeScript client in src/client-ts is tested with npm, which is not on the PATH: install Node.js 20 or later."
            );
        Assert.True(exitCode == 0, $"npm {string.Join(' ', arguments)} failed:\n{text}");
        return text;
    }
}
