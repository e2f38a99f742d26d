using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Http;

/// <summary>What a token may allow beyond what every valid token does.</summary>
[Flags]
public enum Role
{
    None = 0,
    Moderator = 1,
    Analyst = 2,
    Service = 4,
    Admin = 8,
}

/// <summary>Who sends a request, by their token.</summary>
/// <param name="Site">The site that the token is for; <c>*</c>: all sites.</param>
public sealed record Caller(string Key, string Name, string? Picture, string Site, Role Roles)
{
    /// <summary>They are banned or suspended on the site that they call, which took their roles with it.</summary>
    public bool HasLostRoles { get; init; }

    /// <summary>The key by which they came in: its kid, or a program's own; for the administrators' log.</summary>
    public string? Via { get; init; }

    /// <summary>An administrator may do all.</summary>
    public bool Is(Role role) => (Roles & (role | Role.Admin)) != 0;

    public bool MayEnter(string site) => Site == "*" || Site == site;

    /// <summary>All that their token claims; null: they have none, but an API key.</summary>
    public OtherClaims? Also { get; init; }

    /// <param name="known">The badges that the site knows.</param>
    public Author AsAuthor(IReadOnlyDictionary<string, Badge> known) =>
        known.Count > 0 && Also?.Badges().Where(known.ContainsKey).ToList() is { Count: > 0 } badges
            ? new(Key, Name, Picture) { Badges = badges }
            : new(Key, Name, Picture);

    /// <summary>
    /// In characters, as browsers and servers take them. Every comment carries it, so a longer one is left out, like one
    /// that is no https address: a picture is an ornament, and nobody is kept from writing for want of one.
    /// </summary>
    const int MaxPictureLength = 2_048;

    static bool IsPicture(string? picture) =>
        picture?.Length <= MaxPictureLength
        && Uri.TryCreate(picture, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whom a token's claims name.</summary>
    public static Caller Of(string key, string? name, string? picture, string site, Role roles) =>
        new(key, DisplayName.Of(name, key), IsPicture(picture) ? picture : null, site, roles);

    /// <summary>What random keys begin with that took the place of somebody's; no token may claim one.</summary>
    public const string ErasedPrefix = "erased:";

    public static bool IsErased(string key) => key.StartsWith(ErasedPrefix, StringComparison.Ordinal);

    /// <summary>Keys of imported commenters start with their format; a token may use one only if it says so.</summary>
    public static bool LooksImported(string key) =>
        Array.Exists(ImportFormats, f => key.StartsWith(f + ":", StringComparison.Ordinal));

    /// <summary>All that discussions come from (contract, section 8) but our own feed, which keeps keys as they were.</summary>
    public static readonly string[] ImportFormats =
    [
        "text",
        "disqus",
        "wordpress",
        "remark42",
        "isso",
        "commento",
        "coral",
        "artrans",
        "livefyre",
        "threadstore",
    ];
}
