using System.ComponentModel.DataAnnotations;

namespace ThreadStore.Sites;

// parts of a site's settings that say who may write there; stored with them

/// <summary>Whether people without an account may write.</summary>
public enum GuestMode
{
    Off,

    /// <summary>What they write is held until a moderator has seen it.</summary>
    Held,
    Open,
}

/// <summary>Who tells people from programs: a service of the kind of Turnstile, hCaptcha or ALTCHA.</summary>
/// <param name="Url">Its <c>siteverify</c> address.</param>
/// <param name="Secret">Sent along. Kept encrypted and shown to nobody; sent back as it is shown, it stays.</param>
public sealed record Challenge(string Url, string Secret);

/// <summary>What a token must claim so that its bearer may comment.</summary>
/// <param name="Claim">The claim's name; dots lead into what is nested.</param>
/// <param name="Values">One of them is enough.</param>
public sealed record Entitlement(string Claim, IReadOnlyList<string> Values);

/// <summary>What is shown beside a name.</summary>
/// <param name="Label">For readers, in the site's language.</param>
public sealed record Badge(string Label);

/// <summary>Whom the site trusts.</summary>
/// <param name="TrustedAfter">When somebody is.</param>
public sealed record TrustSettings(TrustedAfter TrustedAfter);

/// <summary>When somebody is trusted: all of it must hold.</summary>
/// <param name="Days">Since they joined.</param>
/// <param name="Published">Comments of theirs that are published, at least.</param>
/// <param name="MaxRejected">Comments of theirs that are rejected, at most.</param>
public sealed record TrustedAfter(
    [property: Range(0, 36_500)] int Days,
    [property: Range(0, 1_000_000)] int Published,
    [property: Range(0, 1_000_000)] int MaxRejected
);
