using ThreadStore.Kernel;

namespace ThreadStore.History.Replays;

/// <summary>
/// The folder that a replay writes. All is made in a folder of its own within it, and moved into place when all of it
/// is there; a run that is cut off leaves either nothing but that folder, or what the next run puts into place first.
/// </summary>
public sealed class ReplayFolder : IDisposable
{
    const string Making = ".replay";

    readonly string folder;
    readonly bool isNew;
    readonly FolderLock ours;

    ReplayFolder(string folder)
    {
        this.folder = folder;
        isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        ours = FolderLock.Take(folder);
    }

    string Staging => Path.Combine(folder, Making);

    /// <summary>What the folder holds already; null: nothing.</summary>
    public Manifest? Manifest { get; private set; }

    /// <exception cref="StartupException">There is something else in it, or another replay writes it.</exception>
    public static ReplayFolder Open(string path)
    {
        var folder = new ReplayFolder(Path.GetFullPath(path));
        try
        {
            folder.Manifest = Manifest.Read(Path.Combine(folder.folder, Manifest.FileName));
            if (folder.CutOff() is { } cutOff)
                folder.PutIntoPlace(cutOff);
            folder.Clear();
            if (folder.Manifest is null && folder.Foreign() is { } foreign)
                throw new StartupException(
                    $"{path} holds {foreign} and no {Manifest.FileName}: name a new folder by --out."
                );
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>What a folder holds, and where each file of it is, for who only reads.</summary>
    public static (Manifest? Manifest, Func<string, string> Place) Look(string folder)
    {
        var staging = Path.Combine(folder, Making);
        if (Manifest.Read(Path.Combine(staging, Manifest.FileName)) is not { } next)
            return (
                Manifest.Read(Path.Combine(folder, Manifest.FileName)),
                file => Path.Combine(folder, file)
            );
        return (
            next,
            file => Path.Combine(File.Exists(Path.Combine(staging, file)) ? staging : folder, file)
        );
    }

    /// <summary>What a run before had made whole, and not yet put into place.</summary>
    Manifest? CutOff() => Manifest.Read(Path.Combine(Staging, Manifest.FileName));

    /// <summary>Something that is not ours.</summary>
    string? Foreign() =>
        Directory
            .EnumerateFileSystemEntries(folder)
            .Select(e => Path.GetFileName(e))
            .FirstOrDefault(name => name != FolderLock.FileName);

    /// <summary>Takes away what is half done, and lets others in.</summary>
    public void Dispose()
    {
        try
        {
            if (!File.Exists(Path.Combine(Staging, Manifest.FileName)))
                Clear();
        }
        finally
        {
            ours.Dispose();
        }
        if (isNew && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    /// <summary>A new file, to be put into place with the others.</summary>
    /// <param name="path">Below the folder, with slashes.</param>
    public PartStream Create(string path)
    {
        var file = Path.Combine(Staging, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? Staging);
        return new(file);
    }

    /// <summary>From here on a run that is cut off is finished by the next.</summary>
    public void Commit(Manifest manifest)
    {
        Directory.CreateDirectory(Staging);
        manifest.Write(Path.Combine(Staging, Manifest.FileName));
        PutIntoPlace(manifest);
        Clear();
    }

    /// <summary>May be cut off anywhere, and done again.</summary>
    void PutIntoPlace(Manifest next)
    {
        foreach (var file in next.Files)
        {
            var made = Path.Combine(Staging, file.Path);
            // it was moved already, or it is of a run before
            if (!File.Exists(made))
                continue;
            var place = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(place) ?? folder);
            File.Move(made, place, overwrite: true);
        }
        foreach (var file in Manifest?.Files.Select(f => f.Path).Except(next.Files.Select(f => f.Path)) ?? [])
            Remove(Path.Combine(folder, file));
        File.Move(
            Path.Combine(Staging, Manifest.FileName),
            Path.Combine(folder, Manifest.FileName),
            overwrite: true
        );
        Manifest = next;
    }

    /// <summary>A file, and the folders that are empty without it.</summary>
    void Remove(string file)
    {
        File.Delete(file);
        for (
            var parent = Path.GetDirectoryName(file);
            parent is not null
                && parent.Length > folder.Length
                && Directory.Exists(parent)
                && !Directory.EnumerateFileSystemEntries(parent).Any();
            parent = Path.GetDirectoryName(parent)
        )
            Directory.Delete(parent);
    }

    void Clear()
    {
        if (Directory.Exists(Staging))
            Directory.Delete(Staging, recursive: true);
    }
}
