using System.Globalization;
using System.Security.Cryptography;

namespace ThreadStore.Postgres;

/// <summary>The folders and files that belong to the embedded PostgreSQL, and who may enter them.</summary>
static class ClusterFolder
{
    public const string HomeName = "postgres";

    /// <summary>
    /// The data folder by its real path, so that two ways through links to one folder are seen to be the same, and
    /// in it the folder <c>postgres</c>; both are made if absent.
    /// </summary>
    public static (string DataFolder, string Home) Open(string dataFolder)
    {
        var full = Path.GetFullPath(dataFolder);
        Create(full);
        var real = RealPath(full);
        var home = Path.Combine(real, HomeName);
        Create(home);
        return (real, home);
    }

    /// <summary>The complete cluster of the highest major version, each being in a folder of that name; or null.</summary>
    public static (string Folder, int Major)? Existing(string home) =>
        Directory
            .EnumerateDirectories(home)
            .Select(folder => (Folder: folder, Major: MajorOf(folder)))
            .Where(cluster => cluster.Major > 0)
            .OrderByDescending(cluster => cluster.Major)
            .Select(cluster => ((string, int)?)cluster)
            .FirstOrDefault();

    /// <summary>A password for the one account of the server, made once; only the owner can read the file.</summary>
    public static string Password(string home)
    {
        var path = Path.Combine(home, "password");
        if (!File.Exists(path))
        {
            var unfinished = path + ".tmp";
            File.Delete(unfinished);
            WritePrivately(unfinished, RandomNumberGenerator.GetHexString(40, lowercase: true));
            File.Move(unfinished, path);
        }
        return File.ReadAllText(path).Trim();
    }

    /// <summary>Writes a new file that only its owner can read, from its first byte on.</summary>
    public static void WritePrivately(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Makes a folder for its owner only, empty.</summary>
    public static void CreateEmpty(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Create(path, UnixFileMode.None);
    }

    // As root the server runs under another account, which must be able to pass through, but not to look around:
    // what is in the folders has modes of its own.
    static void Create(string path) =>
        Create(
            path,
            Environment.IsPrivilegedProcess ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : 0
        );

    static void Create(string path, UnixFileMode others)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others;
        Directory.CreateDirectory(path, mode);
        File.SetUnixFileMode(path, mode); // whatever the umask
    }

    static int MajorOf(string cluster) =>
        int.TryParse(Path.GetFileName(cluster), CultureInfo.InvariantCulture, out var major)
        && File.Exists(Path.Combine(cluster, "PG_VERSION"))
        && File.Exists(Path.Combine(cluster, "global", "pg_control"))
            ? major
            : 0;

    static string RealPath(string full)
    {
        var root = Path.GetPathRoot(full) ?? "/";
        return full[root.Length..]
            .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(
                root,
                (path, name) =>
                {
                    var next = Path.Combine(path, name);
                    return Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next;
                }
            );
    }
}
