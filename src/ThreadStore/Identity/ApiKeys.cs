using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Identity;

/// <summary>Makes a key for a program of the publisher.</summary>
/// <param name="Name">What it is for, in words.</param>
/// <param name="Roles">What whoever has it may do: <c>moderator</c>, <c>analyst</c>, <c>service</c>, <c>admin</c>.</param>
/// <param name="ExpiresAt">From then on it is good no more; null: for as long as it is there.</param>
public sealed record MakeApiKey(
    [property: MinLength(1), MaxLength(Keys.MaxLength)] string Name,
    [property: MinLength(1), MaxLength(4)] IReadOnlyList<string> Roles,
    DateTimeOffset? ExpiresAt = null
)
{
    static readonly string[] Known = ["moderator", "analyst", "service", "admin"];

    public Refusal? Refuse(DateTimeOffset now) =>
        Refusal.All(
            string.IsNullOrWhiteSpace(Name) ? Refusal.Validation("name", Flaw.Empty)
                : Keys.Fault(Name) is { } fault ? Refusal.Validation("name", fault)
                : null,
            Roles.Count is 0 or > 4
                    ? Refusal.Validation("roles", Flaw.Count("must be from 1 to 4 roles.", 1, 4))
                : !Roles.All(Known.Contains)
                    ? Refusal.Validation(
                        "roles",
                        Flaw.NoneOf($"has words of {string.Join(", ", Known)}.", Known)
                    )
                : null,
            ExpiresAt <= now
                ? Refusal.Validation("expiresAt", Flaw.Of("must be a time to come.", "past"))
                : null
        );
}

/// <summary>A program's key, as administrators see it.</summary>
/// <param name="Name">What it is for, in words.</param>
/// <param name="Roles">What whoever has it may do.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">From then on it is good no more; null: for as long as it is there.</param>
/// <param name="LastUsedAt">Within some minutes; null: never.</param>
/// <param name="Secret">To be sent as <c>Authorization: Bearer tsk_…</c>. Shown once, when it is made; null ever after.</param>
public sealed record ApiKeyView(
    Guid Id,
    string Name,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string? Secret
);

/// <summary>A page of a site's keys of programs, the oldest first.</summary>
public sealed record ApiKeyPage(IReadOnlyList<ApiKeyView> Items, string? NextCursor);

/// <summary>Puts a key's hash into the table with the event that tells of it.</summary>
public sealed record AddApiKey(string Site, ApiKeyView Key) : ISubmission<ApiKeyView>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        return Decision.Append(
            new StreamEvent(
                StreamId.Site(Site),
                new ApiKeyMade(Key.Id, Key.Name, Key.Roles, Key.ExpiresAt, Key.CreatedBy, Key.CreatedAt)
            )
        ) with
        {
            Beside = [IdentityRows.AddApiKey(Site, Key), Trust.Told(Site)],
        };
    }

    public ApiKeyView Answer(WorkingSet known, Decision decision) => Key;
}

/// <summary>Takes a key away with the event that tells of it.</summary>
public sealed record RevokeApiKey(string Site, Guid Id, string By, DateTimeOffset Now) : ISubmission<bool>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        return Decision.Append(new StreamEvent(StreamId.Site(Site), new ApiKeyRevoked(Id, By, Now))) with
        {
            Beside = [IdentityRows.RemoveApiKey(Site, Id), Trust.Told(Site)],
        };
    }

    public bool Answer(WorkingSet known, Decision decision) => true;
}
