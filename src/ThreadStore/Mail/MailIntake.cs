using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Setup;

namespace ThreadStore.Mail;

/// <summary>
/// Reads on what people were told, and puts into the outbox what they want mail about. Both the outbox and the position
/// up to which it holds everything are written in one transaction, by the node whose turn it is.
/// </summary>
public sealed class MailIntake(NpgsqlDataSource database, SmtpOptions options, TimeProvider clock)
{
    /// <summary>Positions that one transaction covers at most.</summary>
    const long Stretch = 5_000;

    // the first time, from now on
    const string Begin = $"""
        insert into {MailTables.Progress} (name, position)
        select 'mail', coalesce((select position from {InboxTables.Progress} where name = 'inbox'), 0)
        on conflict do nothing
        """;

    // a history that went back is read on from its end
    const string Lock = $"""
        select least(m.position, i.position), i.position
        from {MailTables.Progress} m join {InboxTables.Progress} i on i.name = 'inbox'
        where m.name = 'mail' and ($1::uuid is null or m.taken_by = $1) for update of m
        """;

    // of what was long ago nobody wants to hear: there was no mail for a while, or no server
    static readonly string Wanted = $"""
        select n.site, n.commenter_id, n.position, n.type, p.replies, p.decisions, p.mentions,
          s.settings::jsonb ->> 'timeZone'
        from {InboxTables.Notifications} n
        join {MailTables.Preferences} p on p.site = n.site and p.commenter_id = n.commenter_id
        join {MailTables.Addresses} a on a.site = n.site and a.commenter_id = n.commenter_id
        join {ReaderTables.Schema}.{ReaderTables.Sites} s on s.site = n.site
        where n.position > $1 and n.position <= $2 and n.at >= p.since and n.at > $3 and a.refused_at is null
          and not {DatabaseTables.HappenedElsewhere("n.site", "n.position")}
        """;

    const string Put = $"""
        insert into {MailTables.Outbox} (site, commenter_id, position, kind, due_at, mail_id, tries, unsure)
        select u.*, 0, 0 from unnest($1, $2, $3, $4, $5, $6) as u on conflict do nothing
        """;

    const string Advance = $"update {MailTables.Progress} set position = $1 where name = 'mail'";

    sealed record Item(
        string Site,
        Guid Commenter,
        long Position,
        MailKind Kind,
        DateTimeOffset DueAt,
        Guid? Mail
    );

    public async Task BeginAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Begin);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="node">Null: whosever turn it is.</param>
    /// <returns>How far it is, and whether there is more; null: it is another node's turn, or nobody ever sent mail.</returns>
    public async Task<(long Position, bool HasMore)?> ReadOnAsync(Guid? node, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        long position;
        long newest;
        await using (var command = new NpgsqlCommand(Lock, connection))
        {
            command.Parameters.AddValues(node ?? (object)DBNull.Value);
            await using var reader = await command.ExecuteReaderAsync(ct);
            if (!await reader.ReadAsync(ct))
                return null;
            (position, newest) = (reader.GetInt64(0), reader.GetInt64(1));
        }
        var end = Math.Min(newest, position + Stretch);
        if (end <= position)
            return (position, false);
        var items = await WantedAsync(connection, position, end, ct);
        await using var batch = connection.CreateBatch();
        if (items.Count > 0)
            batch.Add(
                Put,
                items.Select(i => i.Site).ToArray(),
                items.Select(i => i.Commenter).ToArray(),
                items.Select(i => i.Position).ToArray(),
                items.Select(i => i.Kind.Word()).ToArray(),
                items.Select(i => i.DueAt).ToArray(),
                items.Select(i => i.Mail).ToArray()
            );
        batch.Add(Advance, end);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return (end, end < newest);
    }

    async Task<List<Item>> WantedAsync(
        NpgsqlConnection connection,
        long after,
        long upTo,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var command = new NpgsqlCommand(Wanted, connection);
        command.Parameters.AddValues(after, upTo, now - options.GiveUpAfter);
        var items = new List<Item>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var kind = MailWishes.KindOf(Words.Parse<NotificationType>(reader.GetString(3)));
            var wishes = new MailWishes(
                Words.Parse<MailFrequency>(reader.GetString(4)),
                Words.Parse<MailFrequency>(reader.GetString(5)),
                Words.Parse<MailFrequency>(reader.GetString(6))
            );
            if (wishes.For(kind) is not (var frequency and not MailFrequency.Never))
                continue;
            var (site, commenter, position) = (reader.GetString(0), reader.GetGuid(1), reader.GetInt64(2));
            var zone = TimeZoneInfo.FindSystemTimeZoneById(reader.Text(7) ?? "UTC");
            items.Add(
                new(
                    site,
                    commenter,
                    position,
                    kind,
                    DigestTimes.Next(frequency, now, zone),
                    frequency == MailFrequency.Instant ? StreamId.Mail(commenter, position) : null
                )
            );
        }
        return items;
    }
}
