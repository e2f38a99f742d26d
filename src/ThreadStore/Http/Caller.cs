using System.Security.Claims;
using ThreadStore.Comments;

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
    /// <summary>An administrator may do all.</summary>
    public bool Is(Role role) => (Roles & (role | Role.Admin)) != 0;

    public bool MayEnter(string site) => Site == "*" || Site == site;

    public Author AsAuthor() => new(Key, Name, Picture);

    /// <summary>The caller whom a validated token names; null where its claims make no caller.</summary>
    public static Caller? From(ClaimsIdentity user)
    {
        var (key, site) = (user.FindFirst("sub")?.Value, user.FindFirst("site")?.Value);
        if (key is null || site is null || Keys.Fault(key) is not null || (site != "*" && !Keys.IsSite(site)))
            return null;
        var roles = Role.None;
        foreach (var claim in user.FindAll("roles"))
            roles |=
                Enum.TryParse<Role>(claim.Value, ignoreCase: true, out var role)
                && !int.TryParse(claim.Value, out _)
                    ? role
                    : Role.None;
        var picture = user.FindFirst("picture")?.Value;
        return new(
            key,
            DisplayName.Of(user.FindFirst("name")?.Value, key),
            Uri.TryCreate(picture, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
                ? picture
                : null,
            site,
            roles
        );
    }

    /// <summary>Keys of imported commenters start with their format; a token may use one only if it says so.</summary>
    public static bool PretendsToBeImported(ClaimsIdentity user) =>
        user.FindFirst("sub")?.Value is { } key
        && Array.Exists(ImportFormats, f => key.StartsWith(f + ":", StringComparison.Ordinal))
        && user.FindFirst("imported") is not { ValueType: ClaimValueTypes.Boolean, Value: "true" };

    public static readonly string[] ImportFormats =
    [
        "text",
        "disqus",
        "wordpress",
        "remark42",
        "isso",
        "comentario",
        "coral",
        "threadstore",
    ];
}
