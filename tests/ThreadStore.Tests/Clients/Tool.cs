using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>Runs a program that is not ours.</summary>
public static class Tool
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <returns>How it ended, and all that it said. Null where there is no such program.</returns>
    public static async Task<(int ExitCode, string Text)?> RunAsync(
        string folder,
        string program,
        string[] arguments,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Start(start);
        if (process is null)
            return null;
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
        return (process.ExitCode, $"{await said}\n{await complained}");
    }

    static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>What it said; the test fails where it failed.</summary>
    public static async Task<string> DoneAsync(
        string folder,
        string program,
        string[] arguments,
        params (string Name, string Value)[] environment
    )
    {
        var (exitCode, text) =
            await RunAsync(folder, program, arguments, environment) ?? (-1, "It is not on the PATH.");
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} failed:\n{text}");
        return text;
    }
}
