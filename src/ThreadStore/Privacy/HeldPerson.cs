using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Identity;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Moderation;
using ThreadStore.Rows;

namespace ThreadStore.Privacy;

/// <summary>Everybody of whom a site holds something: by their key, or, where no more is held, by the id that follows from it.</summary>
/// <param name="JoinedAt">Null: they are no commenter.</param>
sealed record HeldPerson(Person Person, DateTimeOffset? JoinedAt)
{
    const string Schema = ReaderTables.Schema;

    const string Commenters = $"select id, key, joined_at from {Schema}.commenter_rows where site = $1";

    /// <summary>Whoever is in an event without having joined: those who decide, and those on whom was decided.</summary>
    static readonly string Named = $"""
        select distinct n.key from {EventTables.Events} e
        cross join lateral (values {string.Join(
            ", ",
            KeyPaths().Select(p => $"(e.data #>> '{{{p}}}')")
        )}) as n(key)
        where e.tenant_id = $1 and n.key is not null
        """;

    static readonly string AtWork = $"""
        select claimed_by from {ClaimTable.Name} where site = $1
        union select created_by from {IdentityTables.Keys} where site = $1
        union select created_by from {IdentityTables.ApiKeys} where site = $1
        union select by from {AdminLogTable.Name} where site = $1
        union select target from {AdminLogTable.Name} where site = $1 and target is not null
        """;

    static readonly string Alone = $"""
        select commenter_id from {MailTables.Preferences} where site = $1
        union select commenter_id from {MailTables.Addresses} where site = $1
        union select commenter_id from {MailTables.Outbox} where site = $1
        union select commenter_id from {IgnoredTable.Name} where site = $1
        union select ignored_id from {IgnoredTable.Name} where site = $1
        union select commenter_id from {InboxTables.Reads} where site = $1
        union select commenter_id from {InboxTables.Notifications} where site = $1
        """;

    /// <summary>Members of events that are somebody's key, as PostgreSQL's paths.</summary>
    static IEnumerable<string> KeyPaths() =>
        PersonalData
            .Members.Where(m => m.Erased == WhenErased.Renamed)
            .Select(m => m.Where.Replace('.', ','));

    /// <summary>Each may come more than once.</summary>
    public static async IAsyncEnumerable<HeldPerson> OfAsync(
        NpgsqlDataSource database,
        string site,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var sql in (string[])[Commenters, Named, AtWork, Alone])
        {
            await using var command = database.CreateCommand(sql, site);
            // all of a site's history is looked through
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                yield return sql == Commenters
                    ? new(
                        new(site, reader.GetString(1)) { Id = reader.GetGuid(0) },
                        reader.GetFieldValue<DateTimeOffset>(2)
                    )
                // nobody has a key that was just made up, so that only what hangs on the id is found
                : sql == Alone ? new(new(site, Erasures.NewKey()) { Id = reader.GetGuid(0) }, null)
                : new(new(site, reader.GetString(0)), null);
        }
    }
}
