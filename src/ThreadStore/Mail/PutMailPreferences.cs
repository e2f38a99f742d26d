using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Mail;

/// <summary>Says how one wants to be told of things. What is left out stays as it is.</summary>
public sealed record PutPreferences(ChangedMailWishes? Email = null);

/// <summary>How often one wants to be written to, about what. What is left out stays as it is.</summary>
/// <param name="Replies">Answers to one's comments.</param>
/// <param name="Decisions">What moderators did to one's comments, or about oneself: warnings and decided appeals, too.</param>
/// <param name="Mentions">Comments that name one.</param>
public sealed record ChangedMailWishes(
    MailFrequency? Replies = null,
    MailFrequency? Decisions = null,
    MailFrequency? Mentions = null
);

/// <summary>How one is told of things.</summary>
public sealed record OwnPreferences(MailWishes Email);

public static class PutPreferencesEndpoint
{
    /// <summary>
    /// Says about what, and how often, one wants e-mail: by the server's mail, to the token's <c>email</c> where
    /// <c>email_verified</c> is true, now or later.
    /// </summary>
    /// <returns>200 the preferences; 400 bad-request, validation; 413.</returns>
    [Operation("putPreferences"), Answers(typeof(OwnPreferences))]
    [WolverinePut("/v1/sites/{site}/me/preferences"), SignedIn]
    public static async Task<IResult> Put(
        string site,
        [Body] PutPreferences command,
        HttpContext http,
        Caller caller,
        MailPreferences preferences,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var email = command.Email ?? new();
        var wishes = await preferences.ChangeAsync(
            site,
            StreamId.Commenter(site, caller.Key),
            (email.Replies, email.Decisions, email.Mentions),
            caller.Also?.VerifiedEmail,
            $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}",
            now,
            ct
        );
        return Answer.Of(new OwnPreferences(wishes)) with { IsPrivate = true };
    }
}
