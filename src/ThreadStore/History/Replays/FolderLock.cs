using ThreadStore.Kernel;

namespace ThreadStore.History.Replays;

/// <summary>
/// Keeps a second replay out of a folder, by the lock of a file that the operating system drops even on <c>kill -9</c>.
/// </summary>
sealed class FolderLock : IDisposable
{
    public const string FileName = ".replay.lock";

    readonly FileStream held;

    FolderLock(FileStream held) => this.held = held;

    /// <exception cref="StartupException">Another replay writes the folder now.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        while (true)
        {
            FileStream file;
            try
            {
                file = new(
                    path,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 1,
                    FileOptions.DeleteOnClose
                );
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                throw new StartupException(
                    $"Another replay writes {folder} now: wait until it is done, or name another folder by --out."
                );
            }
            // whoever had it may have taken the file away between our opening it and our lock
            var mark = Random.Shared.Next(1, 1 << 20);
            file.SetLength(mark);
            if (new FileInfo(path) is { Exists: true } there && there.Length == mark)
                return new(file);
            file.Dispose();
        }
    }

    public void Dispose() => held.Dispose();
}
