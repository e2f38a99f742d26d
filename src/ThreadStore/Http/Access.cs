namespace ThreadStore.Http;

/// <summary>Who may call an endpoint. Every endpoint states it; one that does not is refused to all.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class AccessAttribute : Attribute
{
    /// <summary>Whether the same request is answered otherwise to another caller.</summary>
    public virtual bool DependsOnCaller => true;

    /// <summary>Why the caller may not, or null.</summary>
    public abstract Problem? Refuse(Caller? caller, string? site);

    /// <summary>What holds for a request; null where the endpoint does not say.</summary>
    public static AccessAttribute? Of(HttpContext http, Endpoint? endpoint) =>
        TimeTravelAttribute.IsAsked(http, endpoint)
            ? TimeTravelAttribute.Access
            : endpoint?.Metadata.GetMetadata<AccessAttribute>();

    protected static Problem? RefuseStranger(Caller? caller, string? site) =>
        caller is null ? Problem.Unauthorized("Send Authorization: Bearer with a valid token.")
        : site is not null && !caller.MayEnter(site) ? Problem.Forbidden("The token is for another site.")
        : null;
}

/// <summary>Everybody, with or without a token.</summary>
public sealed class PublicAttribute : AccessAttribute
{
    /// <summary>Some are told more than others; what differs only in that they find it at all, says so by itself.</summary>
    public bool SaysMoreToSome { get; init; }

    /// <summary>It changes something all the same: of one address no more comes than of those who have a token.</summary>
    public bool Changes { get; init; }

    public override bool DependsOnCaller => SaysMoreToSome;

    public override Problem? Refuse(Caller? caller, string? site) => null;
}

/// <summary>Everybody with a token for the site.</summary>
public sealed class SignedInAttribute : AccessAttribute
{
    public override Problem? Refuse(Caller? caller, string? site) => RefuseStranger(caller, site);
}

/// <summary>Whoever has one of the roles, or is an administrator.</summary>
public sealed class RolesAttribute(Role roles) : AccessAttribute
{
    public Role Roles => roles;

    /// <summary>Only with a token for all sites.</summary>
    public bool AllSites { get; init; }

    public override Problem? Refuse(Caller? caller, string? site) =>
        RefuseStranger(caller, site)
        ?? (
            caller!.HasLostRoles
                ? Problem.Forbidden(
                    "You are banned or suspended on this site, which took your roles with it."
                )
            : !caller.Is(roles)
                ? Problem.Forbidden($"This needs the role {roles.ToString().ToLowerInvariant()}.")
            : AllSites && caller.Site != "*" ? Problem.Forbidden("This needs a token for all sites.")
            : null
        );
}

/// <summary>The site may be one that does not exist yet.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CreatesSiteAttribute : Attribute;

/// <summary>
/// The endpoint also answers how things stood: it takes <c>asOf</c> or <c>atPosition</c>, which are for analysts even
/// where the present is for everybody.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TimeTravelAttribute : Attribute
{
    /// <summary>Who may call the endpoint so.</summary>
    public static readonly AccessAttribute Access = new RolesAttribute(Role.Analyst);

    /// <summary>Whether a request asks how things stood, of an endpoint that tells.</summary>
    public static bool IsAsked(HttpContext http, Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<TimeTravelAttribute>() is not null && PastPoint.IsAsked(http);
}
