using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Mail;

/// <summary>A mail that is to be sent now.</summary>
/// <param name="Positions">Of the notifications that it tells of, in order.</param>
/// <param name="Unsure">Attempts of which nobody knows whether the mail server took it.</param>
public sealed record DueMail(
    Guid Id,
    string Site,
    Guid Commenter,
    long[] Positions,
    int Tries,
    DateTimeOffset? TriedAt,
    int Unsure
) : IDueMail;

/// <summary>
/// What is still to be sent, in the database. A mail is taken out when the mail server has taken it: whoever is killed in
/// between sends it again, under the same id.
/// </summary>
public sealed class MailOutbox(NpgsqlDataSource database, SmtpOptions options, TimeProvider clock)
{
    /// <summary>Mails that are looked up in one go, and people whose mail is put together.</summary>
    public const int Most = 100;

    /// <summary>That one of a site which left was sent could not be kept here: the other database sends it.</summary>
    static readonly string Ours = $"not {DatabaseTables.LivesElsewhere("o.site")}";

    /// <summary>What a mail tells of is to be in the inbox, which in a database that a site came to may take a moment.</summary>
    const string Inbox = $"(select position from {InboxTables.Progress} where name = 'inbox')";

    static readonly string Waiting = $"""
        select o.site, o.commenter_id, min(o.position) from {MailTables.Outbox} o
        where o.mail_id is null and o.due_at <= $1 and o.position <= {Inbox} and {Ours}
        group by o.site, o.commenter_id limit $2
        """;

    static readonly string Seal = $"""
        update {MailTables.Outbox} o set mail_id = u.id from unnest($1, $2, $3) as u(site, commenter_id, id)
        where o.site = u.site and o.commenter_id = u.commenter_id and o.mail_id is null and o.due_at <= $4
          and o.position <= {Inbox}
        """;

    static readonly string Due = $"""
        select o.mail_id, o.site, o.commenter_id, array_agg(o.position order by o.position), max(o.tries), min(o.tried_at),
          max(o.unsure)
        from {MailTables.Outbox} o
        where o.mail_id is not null and o.due_at <= $1 and {Ours}
        group by o.mail_id, o.site, o.commenter_id having max(o.position) <= {Inbox}
        order by min(o.due_at), min(o.position) limit $2
        """;

    const string Done = $"delete from {MailTables.Outbox} where mail_id = $1";

    const string PutOff = $"""
        update {MailTables.Outbox} set tries = tries + 1, unsure = unsure + $2, tried_at = coalesce(tried_at, $3),
          due_at = $4
        where mail_id = $1
        """;

    const string Stop = $"""
        update {MailTables.Addresses} set refused_at = $4 where site = $1 and commenter_id = $2 and address = $3
        """;

    const string Drop = $"delete from {MailTables.Outbox} where site = $1 and commenter_id = $2";

    /// <summary>
    /// Puts together what has waited for its hour, of each person one mail. From here on it holds just that: what comes
    /// later is in another, also where this one has to be sent again.
    /// </summary>
    async Task SealAsync(DateTimeOffset now, CancellationToken ct)
    {
        var people = new List<(string Site, Guid Commenter, Guid Mail)>();
        await using (var command = database.CreateCommand(Waiting, now, Most))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                people.Add(
                    (
                        reader.GetString(0),
                        reader.GetGuid(1),
                        StreamId.Mail(reader.GetGuid(1), reader.GetInt64(2))
                    )
                );
        if (people.Count == 0)
            return;
        await using var seal = database.CreateCommand(
            Seal,
            people.Select(p => p.Site).ToArray(),
            people.Select(p => p.Commenter).ToArray(),
            people.Select(p => p.Mail).ToArray(),
            now
        );
        await seal.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What is to be sent now, what waits longest first.</summary>
    public async Task<List<DueMail>> DueAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await SealAsync(now, ct);
        var due = new List<DueMail>();
        await using var command = database.CreateCommand(Due, now, Most);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            due.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetGuid(2),
                    reader.GetFieldValue<long[]>(3),
                    reader.GetInt32(4),
                    reader.Time(5),
                    reader.GetInt32(6)
                )
            );
        return due;
    }

    /// <summary>Keeps how an attempt ended; that the mail server was away says nothing about a mail.</summary>
    /// <param name="address">Where it went, as it is kept.</param>
    public async Task SettleAsync(DueMail mail, MailOutcome outcome, string? address)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        // that it was sent must be kept, whoever wants to stop meanwhile
        await using var batch = database.CreateBatch();
        if (outcome == MailOutcome.AddressRefused && address is not null)
        {
            batch.Add(Stop, mail.Site, mail.Commenter, address, now);
            batch.Add(Drop, mail.Site, mail.Commenter);
        }
        else if (MailPace.IsOver(options, mail, outcome, now))
            batch.Add(Done, mail.Id);
        else
            batch.Add(
                PutOff,
                mail.Id,
                outcome == MailOutcome.AnswerLost ? 1 : 0,
                now,
                now + MailPace.Doubled(options, mail.Tries, Random.Shared.NextDouble())
            );
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
