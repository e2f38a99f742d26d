using Npgsql;
using NpgsqlTypes;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Mail;

/// <summary>Who wants mail about what. Of those who want none, nothing is kept, and no address.</summary>
public sealed class MailPreferences(NpgsqlDataSource database, MailAddresses addresses)
{
    const string Whose = "site = $1 and commenter_id = $2";

    const string Find = $"select replies, decisions, mentions from {MailTables.Preferences} where {Whose}";

    const string ZoneOf = $"""
        select settings::jsonb ->> 'timeZone' from {ReaderTables.Schema}.{ReaderTables.Sites} where site = $1
        """;

    const string Change = $"""
        insert into {MailTables.Preferences} as p (site, commenter_id, replies, decisions, mentions, since, base_url)
        values ($1, $2, coalesce($3, 'never'), coalesce($4, 'never'), coalesce($5, 'never'), now(), $6)
        on conflict (site, commenter_id) do update set replies = coalesce($3, p.replies),
          decisions = coalesce($4, p.decisions), mentions = coalesce($5, p.mentions), base_url = $6
        returning replies, decisions, mentions
        """;

    const string ForgetWishes = $"""
        delete from {MailTables.Preferences}
        where {Whose} and replies = 'never' and decisions = 'never' and mentions = 'never'
        """;

    const string ForgetAddress = $"""
        delete from {MailTables.Addresses} a where {Whose} and not exists (
          select 1 from {MailTables.Preferences} p where p.site = a.site and p.commenter_id = a.commenter_id)
        """;

    /// <summary>What they want no more is not sent, what they want otherwise is sent then.</summary>
    const string ForgetMail = $"""
        delete from {MailTables.Outbox} where {Whose} and not kind = any($3)
        """;

    const string Reschedule = $"""
        update {MailTables.Outbox} set due_at = $4 where {Whose} and kind = $3 and mail_id is null and due_at > $5
        """;

    public async Task<MailWishes> ReadAsync(string site, Guid commenter, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Find, site, commenter);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : MailWishes.None;
    }

    /// <param name="changes">Null: as it is.</param>
    /// <param name="address">Null: none is known now.</param>
    /// <param name="baseUrl">Where they found this server.</param>
    public async Task<MailWishes> ChangeAsync(
        string site,
        Guid commenter,
        (MailFrequency? Replies, MailFrequency? Decisions, MailFrequency? Mentions) changes,
        string? address,
        string baseUrl,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var change = new NpgsqlCommand(Change, connection);
        change.Parameters.AddValues(site, commenter);
        foreach (var frequency in (MailFrequency?[])[changes.Replies, changes.Decisions, changes.Mentions])
            change.Parameters.Add(
                new() { Value = frequency?.Word() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
            );
        change.Parameters.AddValues(baseUrl);
        MailWishes wishes;
        await using (var reader = await change.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            wishes = Read(reader);
        }
        string zone;
        await using (var command = new NpgsqlCommand(ZoneOf, connection))
        {
            command.Parameters.AddValues(site);
            zone = await command.ExecuteScalarAsync(ct) as string ?? new SiteSettings().TimeZone;
        }
        await using (var forget = new NpgsqlCommand(ForgetWishes, connection))
        {
            forget.Parameters.AddValues(site, commenter);
            await forget.ExecuteNonQueryAsync(ct);
        }
        if (address is not null)
            await addresses.KeepAsync(
                connection,
                new Dictionary<(string, Guid), string> { [(site, commenter)] = address },
                ct
            );
        await using var batch = connection.CreateBatch();
        batch.Add(ForgetAddress, site, commenter);
        MailKind[] wanted = [.. Enum.GetValues<MailKind>().Where(k => wishes.For(k) != MailFrequency.Never)];
        batch.Add(ForgetMail, site, commenter, wanted.Select(k => k.Word()).ToArray());
        foreach (var kind in wanted)
            batch.Add(
                Reschedule,
                site,
                commenter,
                kind.Word(),
                DigestTimes.Next(wishes.For(kind), now, TimeZoneInfo.FindSystemTimeZoneById(zone)),
                now
            );
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return wishes;
    }

    static MailWishes Read(NpgsqlDataReader r) =>
        new(
            Words.Parse<MailFrequency>(r.GetString(0)),
            Words.Parse<MailFrequency>(r.GetString(1)),
            Words.Parse<MailFrequency>(r.GetString(2))
        );
}
