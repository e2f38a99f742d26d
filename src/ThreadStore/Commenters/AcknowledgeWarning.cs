using ThreadStore.Appending;
using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Commenters;

public static class AcknowledgeWarningEndpoint
{
    /// <summary>Acknowledges the moderators' warning, so that one may write again.</summary>
    /// <returns>200 oneself; where there is no warning: no event; 404 commenter-not-found; 503 busy, unavailable.</returns>
    [Operation("acknowledgeWarning"), Answers(typeof(CommenterProfile))]
    [WolverinePost("/v1/sites/{site}/me/acknowledge"), SignedIn]
    public static Task<IResult> Post(
        string site,
        Caller caller,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        new Act(site, caller.Key, caller, appender, now, null, ct).DecideAsync(
            null,
            (c, _, act) => c.Warning is null ? null : new WarningAcknowledged(caller.Key, caller.Key, act.At),
            mayBeOneself: true
        );
}
