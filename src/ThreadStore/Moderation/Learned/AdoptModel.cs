using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using Wolverine.Http;

namespace ThreadStore.Moderation.Learned;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>An administrator had a site screen by a model that was learned from its history.</summary>
/// <param name="Hash">The model's: SHA-256 of its weights.</param>
/// <param name="TrainedTo">The last position that it learned from.</param>
/// <param name="HoldAbove">Comments that score that much or more are held.</param>
/// <param name="AdviseAbove">Writers of comments that score that much or more are asked to think again; null: nobody is.</param>
/// <param name="Texts">By which it was judged.</param>
/// <param name="Positives">Of them those that moderators had rejected.</param>
/// <param name="Auc">How often it gave the higher score to the rejected one of two; null: all were of one kind.</param>
/// <param name="AveragePrecision">The precision at each rejected text, on the average.</param>
public sealed record ModelAdopted(
    string Hash,
    long TrainedTo,
    double HoldAbove,
    double? AdviseAbove,
    int Texts,
    int Positives,
    double? Auc,
    double? AveragePrecision,
    string By,
    DateTimeOffset At
);

/// <summary>Has a site screen by a model.</summary>
/// <param name="HoldAbove">Comments that score that much or more are held.</param>
/// <param name="AdviseAbove">Writers of comments that score that much or more are asked to think again; null: nobody is.</param>
public sealed record AdoptModel(
    [property: Range(LearnedSettings.Least, LearnedSettings.Most)] double HoldAbove,
    [property: Range(LearnedSettings.Least, LearnedSettings.Most)] double? AdviseAbove = null
);

public static class AdoptModelEndpoint
{
    /// <summary>Has the site screen by a model: from now on it holds, and says why. An older one can be adopted again.</summary>
    /// <returns>200 the model; adopted so already: no event; 400 validation; 404 model-not-found; 503 busy, unavailable.</returns>
    [Operation("adoptModel"), Answers(typeof(ModelView))]
    [WolverinePost("/v1/sites/{site}/moderation/models/{hash}/adopt"), Roles(Role.Admin)]
    public static async Task<IResult> Post(
        string site,
        string hash,
        [Body] AdoptModel command,
        Caller caller,
        LearnedModels models,
        Appender appender,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (LearnedRules.Refuse(command) is { } fault)
            return Problem.Of(fault);
        if (await models.FindAsync(site, hash, ct) is not { } model)
            return GetModelEndpoint.NotFound;
        // before the first comment waits for it
        KnownModels.Find(hash);
        AdminLog.Note(http, hash);
        var receipt = await appender.AppendAsync(
            new Adoption(site, model, command, caller.Key, now.ToMicroseconds()),
            ct
        );
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        KnownSettings.Learn(site, receipt.Answer!.Settings);
        return Answer.Of(
            model with
            {
                Adopted = receipt.Answer.Settings is { Learned: not null } set && set.LearnedModel == hash,
            }
        ) with
        {
            Position = receipt.Position,
            IsPrivate = true,
        };
    }
}

/// <summary>The command with all that it came with; answers with the site.</summary>
public sealed record Adoption(string Site, ModelView Model, AdoptModel Command, string By, DateTimeOffset Now)
    : ISubmission<Site>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        var settings = known.Sites.Require(Site, Guid.Empty).Settings;
        if (
            settings.LearnedModel == Model.Hash
            && settings.Learned is { } learned
            && (learned.HoldAbove, learned.AdviseAbove) == (Command.HoldAbove, Command.AdviseAbove)
        )
            return Decision.Nothing;
        return Decision.Append(
            new StreamEvent(
                StreamId.Site(Site),
                new ModelAdopted(
                    Model.Hash,
                    Model.TrainedTo,
                    Command.HoldAbove,
                    Command.AdviseAbove,
                    Model.Report.Texts,
                    Model.Report.Positives,
                    Model.Report.Auc,
                    Model.Report.AveragePrecision,
                    By,
                    Now
                )
            )
        );
    }

    public Site Answer(WorkingSet known, Decision decision) => known.Sites.Require(Site, Guid.Empty);
}
