using System.ComponentModel;
using System.Diagnostics;
using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>Runs npm in src/client-ts, whose packages it fetches once.</summary>
public static class Npm
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

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
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Start(start);
        var (said, complained) = (
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        var text = $"{await said}\n{await complained}";
        Assert.True(process.ExitCode == 0, $"npm {string.Join(' ', arguments)} failed:\n{text}");
        return text;
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("npm can't be started.");
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException(
                "The TypeScript client in src/client-ts is tested with npm, which is not on the PATH: install Node.js 20 or later."
            );
        }
    }
}
