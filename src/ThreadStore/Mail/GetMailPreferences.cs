using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Mail;

public static class GetPreferencesEndpoint
{
    /// <summary>About what, and how often, one is written to. Who never said it is written to about nothing.</summary>
    /// <returns>200 the preferences; 304.</returns>
    [Operation("getPreferences"), Answers(typeof(OwnPreferences))]
    [WolverineGet("/v1/sites/{site}/me/preferences"), SignedIn]
    public static async Task<IResult> Get(
        string site,
        Caller caller,
        MailPreferences preferences,
        CancellationToken ct
    ) =>
        Answer.Of(
            new OwnPreferences(await preferences.ReadAsync(site, StreamId.Commenter(site, caller.Key), ct))
        ) with
        {
            IsPrivate = true,
        };
}
