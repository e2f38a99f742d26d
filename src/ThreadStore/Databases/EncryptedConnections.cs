using ThreadStore.Identity;
using ThreadStore.Setup;

namespace ThreadStore.Databases;

/// <summary>How a database is found that was added while servers ran, encrypted.</summary>
/// <param name="Connection">Its connection string.</param>
/// <param name="Session">The way past a pooler; null: there is one way.</param>
public sealed record EncryptedConnections(byte[] Connection, byte[]? Session)
{
    public static EncryptedConnections Of(NamedDatabase named, Vault vault) =>
        new(
            vault.Seal(PlaceOf(named.Name), named.ConnectionString),
            named.Session is { } session ? vault.Seal(SessionPlaceOf(named.Name), session) : null
        );

    /// <returns>Null: none of the keys encrypted it.</returns>
    public NamedDatabase? Open(string name, Vault vault)
    {
        if (vault.Open(PlaceOf(name), Connection) is not { } connectionString)
            return null;
        if (Session is null)
            return new(name, connectionString);
        return vault.Open(SessionPlaceOf(name), Session) is { } session
            ? new(name, connectionString, session)
            : null;
    }

    /// <summary>An older key than the first encrypted it, and may go one day.</summary>
    public bool IsOfOldKey(Vault vault) =>
        !Connection.AsSpan(1, Vault.IdLength).SequenceEqual(vault.KeyId)
        || (Session is not null && !Session.AsSpan(1, Vault.IdLength).SequenceEqual(vault.KeyId));

    static string PlaceOf(string name) => $"database {name}";

    static string SessionPlaceOf(string name) => $"database {name} session";
}
