using System.Globalization;
using Npgsql;

namespace ThreadStore.History.Replays;

/// <summary>The days of a table that are not as the folder holds them.</summary>
sealed class StateDays
{
    readonly List<string> sites = [];

    public string[] Sites => [.. sites];

    /// <summary>Each of the site at the same place.</summary>
    public List<DateOnly> Days { get; } = [];

    /// <summary>What a file is compared by: how many rows it has, and what they are.</summary>
    public static string Checksum(long rows, long hashes) =>
        string.Create(CultureInfo.InvariantCulture, $"{rows}:{hashes:x16}");

    /// <param name="command">Gives sites, days, rows and their hashes.</param>
    /// <param name="before">What the folder holds of the table.</param>
    /// <param name="kept">Gets what stays of it.</param>
    public static async Task<StateDays> ReadAsync(
        NpgsqlCommand command,
        IEnumerable<ReplayFile> before,
        List<ReplayFile> kept,
        CancellationToken ct
    )
    {
        // a day that came back after a clock was set back may have two files: it is written anew
        var held = before.ToLookup(f => (f.Site, f.Day));
        var changed = new StateDays();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (site, day) = (reader.GetString(0), reader.GetFieldValue<DateOnly>(1));
            var checksum = Checksum(reader.GetInt64(2), reader.GetInt64(3));
            var files = held[(site, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))].ToList();
            if (files is [var file] && file.Checksum == checksum)
                kept.Add(file);
            else
            {
                changed.sites.Add(site);
                changed.Days.Add(day);
            }
        }
        return changed;
    }
}
