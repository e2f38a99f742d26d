using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Identity;

public static class SignOutEndpoint
{
    /// <summary>Ends all sessions of a person on this site: tokens that were issued before are refused from now on.</summary>
    /// <remarks>By they themselves, or an administrator. Tokens that don't say when they were issued (<c>iat</c>) count as
    /// issued before. In force on all servers within a second.</remarks>
    /// <returns>204; 400 validation; 403 forbidden; 503 busy, unavailable.</returns>
    [Operation("signOutCommenter")]
    [WolverinePost("/v1/sites/{site}/commenters/{commenterKey}/sign-out"), SignedIn, AdminAction]
    public static async Task<IResult> Post(
        string site,
        string commenterKey,
        Caller caller,
        Appender appender,
        Trust trust,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (caller.Key != commenterKey && !caller.Is(Role.Admin))
            return Problem.Forbidden("Only they themselves, or an administrator, may sign somebody out.");
        var receipt = await appender.AppendAsync(
            new SignOut(site, commenterKey, caller.Key, now.ToMicroseconds()),
            ct
        );
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        await trust.RenewAsync(ct);
        Gate.SetPosition(http, receipt.Position!.Value);
        return Results.NoContent();
    }
}

/// <summary>Notes when somebody signed out with the event that tells of it.</summary>
public sealed record SignOut(string Site, string CommenterKey, string By, DateTimeOffset Now)
    : ISubmission<bool>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        var id = StreamId.Commenter(Site, CommenterKey);
        return Decision.Append(
            new StreamEvent(StreamId.Site(Site), new CommenterSignedOut(CommenterKey, By, Now))
        ) with
        {
            Beside = [IdentityRows.SignOut(Site, id, Now), Trust.Told(Site, Trust.FactOf(id, Now))],
        };
    }

    public bool Answer(WorkingSet known, Decision decision) => true;
}
