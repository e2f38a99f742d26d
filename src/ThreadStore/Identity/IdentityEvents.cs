using ThreadStore.Kernel;

namespace ThreadStore.Identity;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one. What is secret is in
// none of them, but in a table of its own: see IdentityTables.

/// <summary>Something about who may speak on a site, in the site's own stream.</summary>
public interface IIdentityEvent;

/// <summary>An administrator gave a site a key that signs its tokens, or changed it.</summary>
/// <param name="Kid">By which a token chooses it.</param>
/// <param name="Algorithm"><c>HS256</c>, <c>RS256</c>, <c>PS256</c> or <c>ES256</c>.</param>
/// <param name="NotAfter">From then on it is good no more; null: for as long as it is there.</param>
public sealed record SiteKeySet(
    string Kid,
    string Algorithm,
    DateTimeOffset? NotAfter,
    string By,
    DateTimeOffset At
) : IIdentityEvent;

/// <summary>An administrator removed a site's key: what it signed is good no more.</summary>
/// <param name="Kid">By which tokens chose it.</param>
public sealed record SiteKeyRemoved(string Kid, string By, DateTimeOffset At) : IIdentityEvent;

/// <summary>An administrator made a key for a program.</summary>
/// <param name="ApiKeyId">The key's id, which is no part of the key itself.</param>
/// <param name="Name">What it is for, in words.</param>
/// <param name="Roles">What whoever has it may do.</param>
/// <param name="ExpiresAt">From then on it is good no more; null: for as long as it is there.</param>
public sealed record ApiKeyMade(
    Guid ApiKeyId,
    string Name,
    IReadOnlyList<string> Roles,
    DateTimeOffset? ExpiresAt,
    string By,
    DateTimeOffset At
) : KeyedEvent, IIdentityEvent;

/// <summary>An administrator revoked a program's key.</summary>
/// <param name="ApiKeyId">The key's id.</param>
public sealed record ApiKeyRevoked(Guid ApiKeyId, string By, DateTimeOffset At) : IIdentityEvent;

/// <summary>Tokens of a person that were issued before are good no more.</summary>
/// <param name="By">They themselves, or an administrator.</param>
public sealed record CommenterSignedOut(string CommenterKey, string By, DateTimeOffset At) : IIdentityEvent;
