using System.Buffers;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Transfer;

/// <summary>
/// Writes the whole history of a site as NDJSON, the lines of the event feed: all that is needed to make an equal site.
/// It is of one moment; what is written meanwhile is not in it. Secrets are in it as they are: an operator runs it, and the
/// equal site is to sign as this one does.
/// </summary>
public sealed class ExportSite(NpgsqlDataSource database, string site)
{
    /// <param name="progress">Told how far it has come.</param>
    /// <returns>How many events there are.</returns>
    /// <exception cref="StartupException">There is no such site; nothing was written.</exception>
    public async Task<long> RunAsync(Func<Stream> open, Action<PassProgress> progress, CancellationToken ct)
    {
        await using var exists = database.CreateCommand(
            $"select 1 from {ReaderTables.Schema}.site_rows where site = $1",
            site
        );
        if (await exists.ExecuteScalarAsync(ct) is null)
            throw new StartupException($"There is no site '{site}'.");
        await using var output = open();
        await using var connection = await database.OpenConnectionAsync(ct);
        var lines = new Lines(output, ct);
        var count = await Pass.RunAsync(
            connection,
            new(site, WithSecrets: true),
            after: 0,
            [lines],
            progress,
            ct
        );
        await lines.FlushAsync();
        return count;
    }

    sealed class Lines(Stream output, CancellationToken ct) : IFold
    {
        const int FlushAt = 256 * 1024;

        readonly ArrayBufferWriter<byte> lines = new(2 * FlushAt);

        public ValueTask AddAsync(RecordedEvent e)
        {
            EventLine.Write(lines, e);
            return lines.WrittenCount < FlushAt ? default : WriteAsync();
        }

        public async Task FlushAsync()
        {
            await WriteAsync();
            await output.FlushAsync(ct);
        }

        async ValueTask WriteAsync()
        {
            await output.WriteAsync(lines.WrittenMemory, ct);
            lines.ResetWrittenCount();
        }
    }
}
