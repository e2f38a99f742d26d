namespace ThreadStore.Transfer.Formats;

/// <summary>A stream as a file with a path: the file that it is, or one that is made of it for as long as it is needed.</summary>
sealed class KeptFile : IDisposable
{
    readonly bool isOurs;

    KeptFile(string path, bool isOurs) => (Path, this.isOurs) = (path, isOurs);

    public string Path { get; }

    public static KeptFile Of(Stream stream)
    {
        if (stream is FileStream { Name: { Length: > 0 } name })
            return new(System.IO.Path.GetFullPath(name), isOurs: false);
        var kept = new KeptFile(System.IO.Path.GetTempFileName(), isOurs: true);
        try
        {
            using var copy = File.Create(kept.Path);
            stream.CopyTo(copy);
            return kept;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (isOurs)
            File.Delete(Path);
    }
}
