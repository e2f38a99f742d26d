using System.Buffers;
using Npgsql;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.Transfer;

/// <summary>
/// Writes the whole history of a site as NDJSON, the lines of the event feed: all that is needed to make an equal site.
/// It is of one moment; what is written meanwhile is not in it. Secrets are in it as they are: an operator runs it, and the
/// equal site is to sign as this one does.
/// </summary>
public sealed class ExportSite(NpgsqlDataSource database, string site)
{
    const int FlushAt = 256 * 1024;

    /// <param name="progress">Told how many events were written, of which position the last was, and of the end.</param>
    /// <returns>How many events there are.</returns>
    /// <exception cref="StartupException">There is no such site; nothing was written.</exception>
    public async Task<long> RunAsync(
        Func<Stream> open,
        Action<long, long, long> progress,
        CancellationToken ct
    )
    {
        if (await ScalarAsync($"select 1 from {ReaderTables.Schema}.site_rows where site = $1", site) is null)
            throw new StartupException($"There is no site '{site}'.");
        var end = (long)(await ScalarAsync(Positions.NewestSql) ?? 0L);
        await using var output = open();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new EventFilter(site, WithSecrets: true).Command(
            connection,
            after: 0,
            limit: null
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, lines, count) = (new RecordedEvent(), new ArrayBufferWriter<byte>(2 * FlushAt), 0L);
        while (await reader.ReadAsync(ct))
        {
            row.Read(reader);
            EventLine.Write(lines, row);
            count++;
            if (lines.WrittenCount < FlushAt)
                continue;
            await output.WriteAsync(lines.WrittenMemory, ct);
            lines.ResetWrittenCount();
            progress(count, row.Position, end);
        }
        await output.WriteAsync(lines.WrittenMemory, ct);
        await output.FlushAsync(ct);
        return count;

        async Task<object?> ScalarAsync(string sql, params object[] values)
        {
            await using var scalar = database.CreateCommand(sql, values);
            return await scalar.ExecuteScalarAsync(ct);
        }
    }
}
