using System.Text.Json;
using System.Text.Json.Serialization;
using ThreadStore.Kernel;

namespace ThreadStore.History.Replays;

/// <summary>How tables are written.</summary>
public enum ReplayFormat
{
    Parquet,
    Ndjson,
}

/// <summary>A file of the folder.</summary>
/// <param name="Path">Below the folder, with slashes.</param>
/// <param name="Day">In UTC, as in 2026-01-31.</param>
/// <param name="FirstPosition">Of its rows, where they are of the history; null where they show how it leaves things.</param>
/// <param name="Checksum">Of these: by it a later run knows, without reading the file, that the day is as it was. Null also
/// where an earlier version of the program wrote it.</param>
public sealed record ReplayFile(
    string Path,
    string Table,
    string Site,
    string Day,
    long Rows,
    long Bytes,
    string Sha256,
    long? FirstPosition,
    long? LastPosition,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Checksum = null
);

/// <summary>
/// What a folder holds. It is written last: a folder without one is none. Nothing in it depends on when it was written,
/// so that the same history gives the same bytes.
/// </summary>
/// <param name="Site">Null: all sites.</param>
/// <param name="FirstPosition">Of the first event; null: there is none.</param>
/// <param name="LastPosition">Of the last; where the folder was to begin after a position and there is none, that.</param>
/// <param name="Counts">Rows by table.</param>
/// <param name="LastEvent">The id of the event at <paramref name="LastPosition"/>, by which a later run knows that it goes
/// on with the same history; null where there is none, or an earlier version of the program wrote it.</param>
public sealed record Manifest(
    int SchemaVersion,
    ReplayFormat Format,
    string? Site,
    long? FirstPosition,
    long LastPosition,
    IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<ReplayFile> Files,
    Guid? LastEvent = null
)
{
    public const string FileName = "manifest.json";

    /// <summary>Of the tables that this version writes.</summary>
    public const int CurrentSchema = 1;

    static readonly JsonSerializerOptions Options = new(Json.Options) { WriteIndented = true };

    public static Manifest Of(
        ReplayFormat format,
        string? site,
        long after,
        IEnumerable<string> tables,
        IEnumerable<ReplayFile> files
    )
    {
        var sorted = files.OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        return new(
            CurrentSchema,
            format,
            site,
            sorted.Where(f => f.Table == EventTable.Name).Min(f => f.FirstPosition),
            sorted.Where(f => f.Table == EventTable.Name).Max(f => f.LastPosition) ?? after,
            new SortedDictionary<string, long>(
                tables.ToDictionary(t => t, t => sorted.Where(f => f.Table == t).Sum(f => f.Rows)),
                StringComparer.Ordinal
            ),
            sorted
        );
    }

    /// <exception cref="StartupException">It is none of ours.</exception>
    public static Manifest? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path), Options)
                ?? throw new JsonException();
        }
        catch (JsonException) when (SchemaOf(path) is { } schema and not CurrentSchema)
        {
            throw new StartupException(
                $"{path} is of another version: it has schema {schema}, and this one reads and writes {CurrentSchema}. Name a new folder by --out."
            );
        }
        catch (JsonException)
        {
            throw new StartupException($"{path} is no manifest of ours: name another folder by --out.");
        }
    }

    static int? SchemaOf(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.GetProperty("schemaVersion").GetInt32();
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>What was written before it may count once it is on disk.</summary>
    public void Write(string path)
    {
        using var file = PrivateFile.Create(path);
        JsonSerializer.Serialize(file, this, Options);
        file.Write("\n"u8);
        file.Flush(flushToDisk: true);
    }
}
