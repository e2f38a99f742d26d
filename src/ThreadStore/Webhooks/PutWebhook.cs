using System.ComponentModel.DataAnnotations;
using System.Net;
using ThreadStore.Deliveries;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Webhooks;

/// <summary>Where a webhook's messages go, and which.</summary>
/// <param name="Url">An http or https address, public unless private ones are allowed.</param>
/// <param name="Types">What it is told of, such as <c>comment.published</c>; null: everything.</param>
/// <param name="Secret">By which messages are signed: <c>whsec_</c> and 24 to 64 bytes in base64. Null: that which it has, or one is made.</param>
/// <param name="After">It is told what comes after this position of the history; 0: all of it. Null: from now, or where it is.</param>
/// <param name="Paused">It is told nothing for the time being, and nothing is lost.</param>
public sealed record PutWebhook(
    string Url,
    IReadOnlyList<string>? Types = null,
    string? Secret = null,
    [property: Range(0, long.MaxValue)] long? After = null,
    bool? Paused = null
)
{
    const int MaxUrl = 2_000;

    /// <summary>All reasons to refuse, or null.</summary>
    public Refusal? Refuse(bool allowPrivate) =>
        Refusal.All(
            RefuseAddress(Url, allowPrivate) is { } flaw ? Refusal.Validation("url", flaw) : null,
            Types is { Count: 0 } ? Refusal.Validation("types", Flaw.Empty)
                : Types?.FirstOrDefault(t => !WebhookTypes.All.Contains(t)) is { } unknown
                    ? Refusal.Validation(
                        "types",
                        Flaw.NoneOf(
                            $"'{unknown}' is none of {string.Join(", ", WebhookTypes.All)}.",
                            WebhookTypes.All
                        )
                    )
                : null,
            Secret is not null && WebhookSecret.Fault(Secret) is { } weak
                ? Refusal.Validation("secret", weak)
                : null,
            After < 0 ? Refusal.Validation("after", Flaw.Range("must not be negative.", 0, null)) : null
        );

    static Flaw? RefuseAddress(string url, bool allowPrivate)
    {
        if (
            url.Length > MaxUrl
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.UserInfo.Length > 0
        )
            return Flaw.Of("is an http or https address, without a name or password in it.", "no-address");
        // what a name stands for is looked at when it is called
        var isPrivate = IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address)
            ? !PublicAddresses.IsPublic(address)
            : uri.IsLoopback;
        return isPrivate && !allowPrivate
            ? Flaw.Of(
                $"is no public address; {PublicAddresses.Setting.Replace(":", "__", StringComparison.Ordinal)} allows others.",
                "private-address"
            )
            : null;
    }
}

public static class PutWebhookEndpoint
{
    /// <summary>Has a site's events sent to an address, signed as Standard Webhooks has it.</summary>
    /// <remarks>At least once, and in order for each comment; what fails is tried again for 5 days. Types that are left out
    /// are all, a secret that is left out is the one it has. Configured anew, a webhook that was disabled goes on.</remarks>
    /// <returns>201 the webhook, with its secret where that was made for it; 200 it was there; 400 validation.</returns>
    [Operation("putWebhook"), Answers(typeof(ConfiguredWebhook))]
    [WolverinePut("/v1/sites/{site}/webhooks/{webhook}"), Roles(Role.Admin)]
    public static async Task<IResult> Put(
        string site,
        string webhook,
        [Body] PutWebhook command,
        WebhookStore store,
        PublicAddresses addresses,
        Vault vault,
        WebhookBell bell,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!Keys.IsSite(webhook))
            return Problem.Validation(
                "webhook",
                Flaw.Length(
                    "A webhook's name has 1 to 63 of a-z, 0-9 and -, and does not start with -.",
                    1,
                    Keys.MaxSiteLength
                )
            );
        if (command.Refuse(addresses.AllowPrivate) is { } problem)
            return Problem.Of(problem);
        if (!vault.CanSeal)
            return Vault.Refusal("secret");
        var made = WebhookSecret.Make();
        var isNew = await store.PutAsync(
            site,
            webhook,
            new(
                command.Url,
                command.Types is null ? null : [.. command.Types.Distinct()],
                command.Secret,
                made,
                command.After,
                command.Paused == true
            ),
            now.ToMicroseconds(),
            ct
        );
        bell.Ring();
        if (await store.FindAsync(site, webhook, ct) is not { } view)
            return Problem.WebhookNotFound(webhook);
        return Answer.Of(
            ConfiguredWebhook.Of(view, isNew && command.Secret is null ? made : null),
            isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK
        ) with
        {
            IsPrivate = true,
        };
    }
}
