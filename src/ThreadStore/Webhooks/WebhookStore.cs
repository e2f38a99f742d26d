using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;

namespace ThreadStore.Webhooks;

/// <summary>Webhooks as they are configured and stand.</summary>
public sealed class WebhookStore(NpgsqlDataSource database, Vault vault)
{
    // what was asked for by hand does not move the position back
    const string View = $"""
        select w.name, w.url, w.types, w.is_paused, w.is_disabled, w.failures, p.position, greatest(n.newest - p.position, 0),
          w.last_success_at, w.last_error, w.created_at, md5(w.name)::uuid as id, n.newest
        from {WebhookTables.Webhooks} w
        cross join (select ({Positions.NewestSql}) as newest) n
        cross join lateral (select coalesce((
          select min(d.position) - 1 from {WebhookTables.Deliveries} d
          where d.site = w.site and d.webhook = w.name and d.state = 'pending' and not d.is_again), w.position) as position) p
        """;

    // imports are looked for from a minute before, so that this is now
    // what is given anew counts; a webhook that was disabled or failed is tried at once
    const string Put = $"""
        insert into {WebhookTables.Webhooks} as w (site, name, url, types, is_paused, is_disabled, created_at,
          position, imports_until, failures)
        values ($1, $2, $3, $4, $5, false, $6, coalesce($7, ({Positions.NewestSql})),
          case when $7 is null then $6 + interval '1 minute' else '-infinity' end, 0)
        on conflict (site, name) do update set url = excluded.url, types = excluded.types,
          is_paused = excluded.is_paused, is_disabled = false,
          position = coalesce($7, w.position), imports_until = case when $7 is null then w.imports_until else '-infinity' end,
          failures = 0, failing_since = null, resting_until = null, last_error = null
        returning (xmax = 0)
        """;

    /// <summary>What waits because the receiver failed is due at once.</summary>
    const string Hurry = $"""
        update {WebhookTables.Deliveries} set due_at = $3
        where site = $1 and webhook = $2 and state = 'pending' and due_at > $3
        """;

    /// <summary>Of one webhook, until when its old secret signs; and what its secret is, read while nobody else changes it.</summary>
    static readonly string Overlap = $"""
        update {WebhookTables.Webhooks} w set old_secret_until = $3 where w.site = $1 and w.name = $2
        returning {SiteSecrets.Sql("w.site", SiteSecrets.Webhook, "w.name")}
        """;

    const string Again = $"""
        update {WebhookTables.Webhooks} set again_after = least(again_after, $3), again_until = greatest(again_until, $4)
        where site = $1 and name = $2
        """;

    public sealed record Configuration(
        string Url,
        IReadOnlyList<string>? Types,
        string? Secret,
        string Made,
        long? After,
        bool IsPaused
    );

    /// <returns>Whether it is new.</returns>
    public async Task<bool> PutAsync(
        string site,
        string name,
        Configuration asked,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        bool isNew;
        await using (var batch = connection.CreateBatch())
        {
            batch.Add(Put, site, name, asked.Url);
            var parameters = batch.BatchCommands[0].Parameters;
            parameters.Add(Optional(asked.Types?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text));
            parameters.AddValues(asked.IsPaused, now);
            parameters.Add(Optional(asked.After, NpgsqlDbType.Bigint));
            batch.Add(Hurry, site, name, now);
            await using var reader = await batch.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            isNew = reader.GetBoolean(0);
        }
        // one that is chosen replaces the other at once
        if ((isNew ? asked.Secret ?? asked.Made : asked.Secret) is { } secret)
            await ReplaceAsync(connection, site, name, secret, oldUntil: null, ct);
        await transaction.CommitAsync(ct);
        return isNew;
    }

    /// <param name="oldUntil">Until when the one before signs beside it; null: no more.</param>
    /// <returns>False: there is no such webhook.</returns>
    async Task<bool> ReplaceAsync(
        NpgsqlConnection connection,
        string site,
        string name,
        string secret,
        DateTimeOffset? oldUntil,
        CancellationToken ct
    )
    {
        string? before;
        await using (var overlap = new NpgsqlCommand(Overlap, connection))
        {
            overlap.Parameters.AddValues(site, name);
            overlap.Parameters.Add(Optional(oldUntil, NpgsqlDbType.TimestampTz));
            var found = await overlap.ExecuteScalarAsync(ct);
            if (found is null)
                return false;
            before = found is byte[] seal
                ? vault.Open(SiteSecrets.Place(site, SiteSecrets.Webhook, name), seal)
                : null;
        }
        await using var batch = connection.CreateBatch();
        Put(SiteSecrets.Webhook, secret);
        if (oldUntil is not null && before is not null)
            Put(SiteSecrets.OldWebhook, before);
        await batch.ExecuteNonQueryAsync(ct);
        return true;

        void Put(string kind, string text) =>
            SiteSecrets
                .Put(site, kind, name, vault.Seal(SiteSecrets.Place(site, kind, name), text))
                .AddTo(batch);
    }

    static NpgsqlParameter Optional(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    public async Task<WebhookView?> FindAsync(string site, string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"{View} where w.site = $1 and w.name = $2",
            site,
            name
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <summary>In the order of their making; one more than asked for, where there is one.</summary>
    public async Task<List<(WebhookView View, Cursor At)>> ListAsync(
        string site,
        PageQuery page,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            {View} where w.site = $1 {(
                page.After is null ? "" : "and (w.created_at, md5(w.name)::uuid) > ($3, $4)"
            )}
            order by w.created_at, id limit $2
            """,
            site,
            page.Limit + 1L
        );
        if (page.After is { } after)
            command.Parameters.AddValues(after.KeyTime, after.Id);
        var found = new List<(WebhookView, Cursor)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(
                (
                    Read(reader),
                    new(Cursor.Microseconds(reader.GetFieldValue<DateTimeOffset>(10)), 0, reader.GetGuid(11))
                )
            );
        return found;
    }

    static WebhookView Read(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            r.GetString(1),
            r.IsDBNull(2) ? null : r.GetFieldValue<string[]>(2),
            r.GetBoolean(4) ? WebhookState.Disabled
                : r.GetBoolean(3) ? WebhookState.Paused
                : r.GetInt32(5) > 0 ? WebhookState.Failing
                : WebhookState.Active,
            r.GetInt64(6),
            r.GetInt64(7),
            r.Time(8),
            r.Text(9)
        );

    /// <returns>False: there is none.</returns>
    public async Task<bool> RemoveAsync(string site, string name, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            $"delete from {WebhookTables.Webhooks} where site = $1 and name = $2 returning 1",
            site,
            name
        );
        batch.Add($"delete from {WebhookTables.Deliveries} where site = $1 and webhook = $2", site, name);
        foreach (var kind in (string[])[SiteSecrets.Webhook, SiteSecrets.OldWebhook])
            SiteSecrets.Remove(site, kind, name).AddTo(batch);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct);
    }

    /// <summary>From now on both sign, for a day.</summary>
    /// <returns>False: there is none.</returns>
    public async Task<bool> RotateAsync(
        string site,
        string name,
        string secret,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var isThere = await ReplaceAsync(connection, site, name, secret, now + WebhookPace.SecretOverlap, ct);
        await transaction.CommitAsync(ct);
        return isThere;
    }

    /// <summary>Has a stretch of the history sent again; together with another that is not done yet.</summary>
    /// <returns>False: there is none.</returns>
    public Task<bool> AgainAsync(string site, string name, long after, long until, CancellationToken ct) =>
        RunAsync(Again, ct, site, name, after, until);

    async Task<bool> RunAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql, values);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
