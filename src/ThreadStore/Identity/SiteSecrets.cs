using NpgsqlTypes;
using ThreadStore.Postgres;

namespace ThreadStore.Identity;

/// <summary>Statements that keep a site's secrets, written in the transaction of the event that tells of them.</summary>
public static class SiteSecrets
{
    /// <summary>A key that signs the site's tokens; its name is its kid.</summary>
    public const string Key = "key";

    /// <summary>Of a setting; its name is the setting's.</summary>
    public const string Setting = "setting";

    /// <summary>Signs what is sent to a webhook; its name is the webhook's.</summary>
    public const string Webhook = "webhook";

    /// <summary>Signs beside the other, for a while after it was changed.</summary>
    public const string OldWebhook = "webhook-old";

    /// <summary>What binds a secret to where it is kept.</summary>
    public static string Place(string site, string kind, string name) => $"{site}\n{kind}\n{name}";

    public static RowStatement Put(string site, string kind, string name, byte[] seal) =>
        new(
            $$"""
            insert into {{IdentityTables.Secrets}} (site, kind, name, sealed) select * from unnest({0})
            on conflict (site, kind, name) do update set sealed = excluded.sealed
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Text, new[] { kind }),
            (NpgsqlDbType.Text, new[] { name }),
            (NpgsqlDbType.Bytea, new[] { seal })
        );

    /// <summary>As SQL: the encrypted secret of a row's site, by kind and name.</summary>
    public static string Sql(string site, string kind, string name) =>
        $"(select s.sealed from {IdentityTables.Secrets} s where s.site = {site} and s.kind = '{kind}' and s.name = {name})";

    public static RowStatement Remove(string site, string kind, string name) =>
        new(
            $$"""
            delete from {{IdentityTables.Secrets}} s using unnest({0}) as d(site, kind, name)
            where (s.site, s.kind, s.name) = (d.site, d.kind, d.name)
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Text, new[] { kind }),
            (NpgsqlDbType.Text, new[] { name })
        );
}
