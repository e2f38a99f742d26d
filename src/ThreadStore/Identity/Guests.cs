using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using Wolverine.Http;

namespace ThreadStore.Identity;

/// <summary>Lets somebody without an account write, under a name.</summary>
/// <param name="Email">Goes into the token, and nowhere else.</param>
/// <param name="Challenge">What the front end's challenge widget answered, where the site asks for it.</param>
public sealed record BecomeGuest(
    [property: MinLength(1), MaxLength(Keys.MaxLength)] string Name,
    string? Email = null,
    string? Challenge = null
);

/// <summary>A guest's token.</summary>
/// <param name="Token">To be sent as <c>Authorization: Bearer</c>. Whoever loses it becomes another guest.</param>
public sealed record GuestToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>What guests' keys begin with.</summary>
public static class Guest
{
    public const string Prefix = "guest:";

    /// <summary>How long somebody stays the same guest.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    public static bool Is(string commenterKey) => commenterKey.StartsWith(Prefix, StringComparison.Ordinal);

    public static readonly Refusal None = Refusal.Forbidden(
        "This site takes no guests: sign in with an account."
    );

    public static string NewKey() => Prefix + RandomNumberGenerator.GetHexString(24, lowercase: true);
}

public static class BecomeGuestEndpoint
{
    static Refusal? Refuse(BecomeGuest command) =>
        Refusal.All(
            !Letters.HasVisible(command.Name) ? Refusal.Validation("name", Flaw.Empty)
                : Keys.Fault(command.Name) is { } fault ? Refusal.Validation("name", fault)
                : null,
            command.Email is { } email && (email.Length > 320 || !email.Contains('@'))
                ? Refusal.Validation("email", "is no e-mail address.")
                : null
        );

    /// <summary>Lets somebody without an account write under a name, where the site's setting <c>guests</c> says so.</summary>
    /// <remarks>With the setting <c>challenge</c>, what the front end's challenge widget answered is asked for there.</remarks>
    /// <returns>201 the guest's token; 400 validation; 403 forbidden, challenge-failed; 413; 503 unavailable.</returns>
    [Operation("becomeGuest"), Answers(typeof(GuestToken), 201)]
    [WolverinePost("/v1/sites/{site}/guests"), Public]
    public static async Task<IResult> Post(
        string site,
        [Body] BecomeGuest command,
        NpgsqlDataSource database,
        SigningKeys keys,
        SiteVerify challenges,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (Refuse(command) is { } invalid)
            return Problem.Of(invalid);
        await using var read = database.CreateCommand(
            $"select settings from {ReaderTables.Schema}.site_rows where site = $1"
        );
        read.Parameters.Add(new() { Value = site });
        var settings = RowStore.SettingsOf((string)(await read.ExecuteScalarAsync(ct))!);
        if (settings.Guests == GuestMode.Off || !keys.CanSign)
            return Problem.Of(Guest.None);
        if (
            settings.Challenge is { } challenge
            && await challenges.RefuseAsync(site, challenge, command.Challenge, ct) is { } refusal
        )
            return refusal;
        var token = Authentication.Sign(
            keys,
            site,
            Guest.NewKey(),
            command.Name,
            [],
            Guest.Life,
            command.Email
        );
        return Answer.Of(
            new GuestToken(token, (now + Guest.Life).ToSeconds()),
            StatusCodes.Status201Created
        ) with
        {
            IsPrivate = true,
        };
    }

    /// <summary>As the token says it.</summary>
    static DateTimeOffset ToSeconds(this DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
