using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Identity;

/// <summary>A program's key, as nodes know it: all but the key itself, of which there is only the hash.</summary>
/// <param name="Hash">In hexadecimal.</param>
public sealed record ApiKey(
    string Site,
    Guid Id,
    string Name,
    IReadOnlyList<string> Roles,
    string Hash,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt
)
{
    /// <summary>How a key begins, so that people, and programs that look for secrets in the open, know one.</summary>
    public const string Prefix = "tsk_";

    /// <summary>Bytes of chance: nobody finds a key by trying.</summary>
    const int Length = 32;

    /// <summary>Between two notes of when it was used last: it is to tell a key in use from one that is forgotten.</summary>
    static readonly TimeSpan NoteEvery = TimeSpan.FromMinutes(5);

    long notedAt;

    /// <summary>When it was used last, as far as the database knows.</summary>
    public DateTimeOffset? LastUsedAt
    {
        get => Interlocked.Read(ref notedAt) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;
        init => notedAt = value?.UtcTicks ?? 0;
    }

    public static string NewSecret() =>
        Prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Length));

    public static string HashOf(ReadOnlySpan<char> secret)
    {
        Span<byte> utf8 = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(secret, utf8, out var length)
            ? Convert.ToHexStringLower(SHA256.HashData(utf8[..length]))
            : "";
    }

    public static ApiKey Read(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            r.GetGuid(1),
            r.GetString(2),
            r.GetFieldValue<string[]>(3),
            Convert.ToHexStringLower(r.GetFieldValue<byte[]>(4)),
            r.GetFieldValue<DateTimeOffset>(5),
            r.Time(6)
        )
        {
            LastUsedAt = r.Time(7),
        };

    /// <summary>Who calls with it.</summary>
    public TokenClaims Claims { get; } =
        new(
            Caller.Of(
                $"api-key:{Id}",
                Name,
                null,
                Site,
                Roles.Aggregate(Role.None, (all, r) => all | RoleOf(r))
            ) with
            {
                Via = $"api-key:{Id}",
            },
            PretendsToBeImported: false,
            ExpiresAt ?? DateTimeOffset.MaxValue
        )
        {
            IssuedAt = CreatedAt,
        };

    static Role RoleOf(string word) => Words.TryParse<Role>(word) ?? Role.None;

    /// <summary>Whether it is time to note that it is used now; true once.</summary>
    public bool IsToBeNoted(DateTimeOffset now)
    {
        var before = Interlocked.Read(ref notedAt);
        return now.UtcTicks - before >= NoteEvery.Ticks
            && Interlocked.CompareExchange(ref notedAt, now.UtcTicks, before) == before;
    }
}
