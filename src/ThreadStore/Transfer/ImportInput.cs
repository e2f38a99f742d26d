using System.IO.Compression;
using ThreadStore.Kernel;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>A file, or one out of an archive, as it is without compression.</summary>
/// <param name="Name">For people.</param>
/// <param name="Bytes">As it lies there.</param>
/// <param name="Open">From its beginning, as often as wanted.</param>
public sealed record ImportInput(string Name, long Bytes, Func<Stream> Open)
{
    /// <summary>What a file is called that came over HTTP, which gives it no name.</summary>
    public const string Unnamed = "upload";

    /// <summary>A compressed file may become that many times longer; real exports shrink to a tenth.</summary>
    const int MaxRatio = 200;

    /// <summary>What may come of a compressed file whatever its length.</summary>
    const long AlwaysAllowed = 64L << 20;

    const int MaxEntries = 10_000;

    /// <summary>What is in a file: itself, what gzip made of it, or the files of a zip archive.</summary>
    /// <param name="name">For people; the path of a file that was uploaded tells them nothing.</param>
    /// <exception cref="StartupException">It is no archive though it begins like one, or one of too many files.</exception>
    public static IReadOnlyList<ImportInput> Of(string path, string name)
    {
        Span<byte> head = stackalloc byte[4];
        using (var file = File.OpenRead(path))
            file.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        var length = new FileInfo(path).Length;
        if (head[0] == 0x1F && head[1] == 0x8B)
            return [new(name, length, () => Unpacked(path, length))];
        if (!head.SequenceEqual("PK\u0003\u0004"u8))
            return [new(name, length, () => File.OpenRead(path))];
        using var archive = OpenArchive(path, name);
        if (archive.Entries.Count > MaxEntries)
            throw new StartupException(
                $"{name} has more than {MaxEntries} files in it: pack them into several archives."
            );
        return
        [
            .. archive
                .Entries.Select((e, n) => (e.FullName, e.Name, e.CompressedLength, n))
                // folders, and what macOS puts beside every file
                .Where(e =>
                    e.Name.Length > 0
                    && !e.Name.StartsWith('.')
                    && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)
                )
                .Select(e => new ImportInput(
                    $"{name}/{e.FullName}",
                    e.CompressedLength,
                    () => OpenEntry(path, e.n)
                )),
        ];
    }

    static ZipArchive OpenArchive(string path, string name)
    {
        try
        {
            var archive = ZipFile.OpenRead(path);
            // which reads the list at its end, without which nothing in it can be found
            _ = archive.Entries.Count;
            return archive;
        }
        catch (InvalidDataException e)
        {
            throw new StartupException($"{name} {Mend(e)}");
        }
    }

    /// <summary>What is wrong with a packed file, and what to do; .NET alone says only what it looked for.</summary>
    static string Mend(InvalidDataException e) =>
        $"can't be unpacked; it may have been cut off: send it whole, or packed anew without a password, or as it was before ({e.Message.TrimEnd('.')}).";

    static Bounded Unpacked(string path, long length)
    {
        var file = File.OpenRead(path);
        return new(
            new GZipStream(file, CompressionMode.Decompress),
            length,
            _ => (double)file.Position / length
        );
    }

    static Bounded OpenEntry(string path, int number)
    {
        var archive = ZipFile.OpenRead(path);
        var entry = archive.Entries[number];
        return new(
            entry.Open(),
            entry.CompressedLength,
            read => (double)read / Math.Max(1, entry.Length),
            archive
        );
    }

    /// <summary>The problem that a file can't be unpacked any further; null: it is another error.</summary>
    public static (string Kind, string Message)? Torn(Exception e) =>
        e switch
        {
            UnreadableException trap => (trap.Kind, trap.Message),
            InvalidDataException broken => ("cut-off", $"what comes next {Mend(broken)}"),
            _ => null,
        };

    /// <summary>How much of a file was read, of what <see cref="Open"/> gave; 0 to 1.</summary>
    public static double ShareOf(Stream file) =>
        file switch
        {
            Bounded bounded => bounded.Share,
            { CanSeek: true, Length: > 0 } => (double)file.Position / file.Length,
            _ => 0,
        };

    public FileHead Head()
    {
        using var file = Open();
        return FileHead.Of(Name, file);
    }

    /// <summary>Ends with an error where more comes out than an honest file could hold.</summary>
    sealed class Bounded(Stream inner, long compressed, Func<long, double> shareOf, IDisposable? owner = null)
        : ReadingStream
    {
        readonly long limit = AlwaysAllowed + compressed * MaxRatio;
        long read;

        public double Share => Math.Min(1, shareOf(read));

        public override int Read(Span<byte> into)
        {
            var count = inner.Read(into);
            read += count;
            return read <= limit
                ? count
                : throw new UnreadableException(
                    "trap",
                    $"it becomes more than {MaxRatio} times longer without compression, as only traps do."
                );
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                owner?.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
