using Npgsql;
using ThreadStore.Identity;
using ThreadStore.Kernel;

namespace ThreadStore.Mail;

/// <summary>
/// Where mail goes, by commenter: of those alone who want some. Encrypted where there is a key for it; the text that is kept
/// is then one in which no address can be read, and that differs each time.
/// </summary>
public sealed class MailAddresses(Vault vault)
{
    /// <summary>Of what is encrypted here, beside a site's secrets.</summary>
    public const string Kind = "mail";

    /// <summary>As SQL: what is kept, as bytes, in the way of <see cref="Notices.NoticeContacts"/>; no seal has an @.</summary>
    public const string SealSql =
        @"case when strpos(address, '@') > 0 then '\x00'::bytea || convert_to(address, 'UTF8') else decode(address, 'base64') end";

    const string Known = $"""
        select p.site, p.commenter_id, a.address
        from unnest($1, $2) as d(site, commenter_id)
        join {MailTables.Preferences} p on p.site = d.site and p.commenter_id = d.commenter_id
        left join {MailTables.Addresses} a on a.site = p.site and a.commenter_id = p.commenter_id
        -- whoever is erased, or wants no more, at the same moment has no address left after it
        order by 1, 2 for key share of p
        """;

    // another address than the one that was refused is tried
    const string Put = $"""
        insert into {MailTables.Addresses} as a (site, commenter_id, address)
        select * from unnest($1, $2, $3) order by 1, 2
        on conflict (site, commenter_id) do update set address = excluded.address, refused_at = null
        """;

    static string Place(string site, Guid commenter) => SiteSecrets.Place(site, Kind, $"{commenter}");

    string Seal(string site, Guid commenter, string address) =>
        vault.CanSeal ? Convert.ToBase64String(vault.Seal(Place(site, commenter), address)) : address;

    /// <param name="kept">As it is in the database.</param>
    /// <returns>Null where the key that it was encrypted with is configured no more.</returns>
    public string? Open(string site, Guid commenter, string kept) =>
        kept.Contains('@', StringComparison.Ordinal)
            ? kept
            : vault.Open(Place(site, commenter), Convert.FromBase64String(kept));

    /// <summary>Keeps addresses that are not kept yet, of those who want mail.</summary>
    /// <param name="connection">In a transaction.</param>
    public async Task KeepAsync(
        NpgsqlConnection connection,
        IReadOnlyDictionary<(string Site, Guid Commenter), string> said,
        CancellationToken ct
    )
    {
        var others = new List<((string Site, Guid Commenter) Of, string Address)>();
        await using (var known = new NpgsqlCommand(Known, connection))
        {
            known.Parameters.AddValues(
                said.Keys.Select(k => k.Site).ToArray(),
                said.Keys.Select(k => k.Commenter).ToArray()
            );
            await using var reader = await known.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                var of = (Site: reader.GetString(0), Commenter: reader.GetGuid(1));
                if (reader.Text(2) is not { } kept || Open(of.Site, of.Commenter, kept) != said[of])
                    others.Add((of, said[of]));
            }
        }
        if (others.Count == 0)
            return;
        await using var put = new NpgsqlCommand(Put, connection);
        put.Parameters.AddValues(
            others.Select(o => o.Of.Site).ToArray(),
            others.Select(o => o.Of.Commenter).ToArray(),
            others.Select(o => Seal(o.Of.Site, o.Of.Commenter, o.Address)).ToArray()
        );
        await put.ExecuteNonQueryAsync(ct);
    }
}
