using NpgsqlTypes;
using ThreadStore.Postgres;

namespace ThreadStore.Identity;

/// <summary>What is written beside the events that tell of keys and of who signed out.</summary>
static class IdentityRows
{
    /// <summary>A site's key, new or in the place of one.</summary>
    public static RowStatement PutKey(string site, SiteKeyView key) =>
        new(
            $$"""
            insert into {{IdentityTables.Keys}} (site, kid, algorithm, not_after, created_at, created_by)
            select * from unnest({0})
            on conflict (site, kid) do update set algorithm = excluded.algorithm,
              not_after = excluded.not_after, created_at = excluded.created_at, created_by = excluded.created_by
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Text, new[] { key.Kid }),
            (NpgsqlDbType.Text, new[] { key.Algorithm }),
            (NpgsqlDbType.TimestampTz, new[] { key.NotAfter }),
            (NpgsqlDbType.TimestampTz, new[] { key.CreatedAt }),
            (NpgsqlDbType.Text, new[] { key.CreatedBy })
        );

    public static RowStatement RemoveKey(string site, string kid) =>
        new(
            $$"""
            delete from {{IdentityTables.Keys}} k using unnest({0}) as d(site, kid)
            where (k.site, k.kid) = (d.site, d.kid)
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Text, new[] { kid })
        );

    /// <summary>A program's key, of whose secret only a hash is kept.</summary>
    public static RowStatement AddApiKey(string site, ApiKeyView key) =>
        new(
            $$"""
            insert into {{IdentityTables.ApiKeys}}
              (site, id, name, roles, hash, created_at, created_by, expires_at)
            select site, id, name, string_to_array(roles, ' '), decode(hash, 'hex'), created_at, created_by,
              expires_at
            from unnest({0}) as k(site, id, name, roles, hash, created_at, created_by, expires_at)
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Uuid, new[] { key.Id }),
            (NpgsqlDbType.Text, new[] { key.Name }),
            (NpgsqlDbType.Text, new[] { string.Join(' ', key.Roles) }),
            (NpgsqlDbType.Text, new[] { ApiKey.HashOf(key.Secret) }),
            (NpgsqlDbType.TimestampTz, new[] { key.CreatedAt }),
            (NpgsqlDbType.Text, new[] { key.CreatedBy }),
            (NpgsqlDbType.TimestampTz, new[] { key.ExpiresAt })
        );

    public static RowStatement RemoveApiKey(string site, Guid id) =>
        new(
            $$"""
            delete from {{IdentityTables.ApiKeys}} k using unnest({0}) as d(site, id)
            where (k.site, k.id) = (d.site, d.id)
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Uuid, new[] { id })
        );

    /// <summary>The last time that somebody signed out.</summary>
    public static RowStatement SignOut(string site, Guid commenter, DateTimeOffset at) =>
        new(
            $$"""
            insert into {{IdentityTables.SignOuts}} as s (site, commenter_id, signed_out_at)
            select * from unnest({0})
            on conflict (site, commenter_id) do update
              set signed_out_at = greatest(s.signed_out_at, excluded.signed_out_at)
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Uuid, new[] { commenter }),
            (NpgsqlDbType.TimestampTz, new[] { at })
        );
}
