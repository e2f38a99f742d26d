using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Moderation.Learned;

/// <summary>A page of models, the newest first.</summary>
public sealed record ModelPage(IReadOnlyList<ModelSummary> Items, string? NextCursor);

public static class GetModelsEndpoint
{
    /// <summary>A page of a site's models, the newest first.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listModels"), Answers(typeof(ModelPage)), Paged]
    [WolverineGet("/v1/sites/{site}/moderation/models"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        LearnedModels models,
        CancellationToken ct
    )
    {
        var scope = $"models/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        // some dozens at most
        var rest = (await models.ListAsync(site, ct))
            .Where(m => page.After is not { } after || PlaceOf(CursorOf(m)).CompareTo(PlaceOf(after)) < 0)
            .OrderByDescending(m => PlaceOf(CursorOf(m)))
            .ToList();
        var (shown, next) = page.Cut(rest, scope, CursorOf);
        return Answer.Of(new ModelPage([.. shown.Select(m => m.Summarise())], next)) with
        {
            IsPrivate = true,
        };
    }

    static (long, Guid) PlaceOf(Cursor cursor) => (cursor.Key, cursor.Id);

    static Cursor CursorOf(ModelView model) =>
        Cursor.At(model.TrainedAt, Guid.ParseExact(model.Hash[..32], "N"));
}

public static class GetModelEndpoint
{
    /// <summary>A model with its report.</summary>
    /// <returns>200 the model; 304; 404 model-not-found.</returns>
    [Operation("getModel"), Answers(typeof(ModelView))]
    [WolverineGet("/v1/sites/{site}/moderation/models/{hash}"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        string hash,
        LearnedModels models,
        CancellationToken ct
    ) =>
        await models.FindAsync(site, hash, ct) is { } model
            ? Answer.Of(model) with
            {
                IsPrivate = true,
            }
            : NotFound;

    internal static readonly Problem NotFound = new(
        "model-not-found",
        "There is no such model on this site."
    );
}
