using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>Sets how an article is moderated.</summary>
/// <param name="Mode"><c>pre</c>: every comment is held; <c>post</c>: none is for this; null: as the site's settings say.</param>
/// <param name="SlowModeSeconds">The least time between two comments of one commenter on this article; null: none.</param>
public sealed record ModerateArticle(
    ModerationMode? Mode,
    [property: Range(1, ModerateArticle.MaxSlowModeSeconds)] int? SlowModeSeconds = null
)
{
    /// <summary>A day: whoever wants to keep people longer from a second comment closes the discussion.</summary>
    public const int MaxSlowModeSeconds = 86_400;

    public Refusal? Refuse() =>
        SlowModeSeconds is < 1 or > MaxSlowModeSeconds
            ? Refusal.Validation(
                "slowModeSeconds",
                Flaw.Count($"is from 1 to {MaxSlowModeSeconds}.", 1, MaxSlowModeSeconds)
            )
            : null;
}

/// <summary>How an article is moderated.</summary>
/// <param name="Mode">What was set for it; null: as the site's settings say.</param>
/// <param name="InForce">What holds for it now.</param>
/// <param name="SlowModeSeconds">The least time between two comments of one commenter on this article; null: none.</param>
public sealed record ArticleModeration(ModerationMode? Mode, ModerationMode InForce, int? SlowModeSeconds);

public static class ModerateArticleEndpoint
{
    /// <summary>How an article is moderated: what was set for it, and what is in force.</summary>
    /// <returns>200 how it is; 304; 404 article-not-found.</returns>
    [Operation("getArticleModeration"), Answers(typeof(ArticleModeration))]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/moderation"), Roles(Role.Moderator)]
    public static async Task<IResult> Get(
        string site,
        string articleKey,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select a.moderation, s.settings::json->>'moderationMode', ({Positions.NewestSql}), a.slow_mode_seconds
            from {ReaderTables.Schema}.article_rows a join {ReaderTables.Schema}.site_rows s on s.site = a.site
            where a.site = $1 and a.id = $2 and a.moved_to is null
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = StreamId.Article(site, articleKey) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.ArticleNotFound(articleKey);
        ModerationMode? mode = reader.Text(0) is { } word ? Words.Parse<ModerationMode>(word) : null;
        var inForce = mode ?? Words.Parse<ModerationMode>(reader.GetString(1));
        int? slowMode = reader.IsDBNull(3) ? null : reader.GetInt32(3);
        return Answer.Of(new ArticleModeration(mode, inForce, slowMode)) with
        {
            Position = reader.GetInt64(2),
            IsPrivate = true,
        };
    }

    /// <summary>Sets how an article is moderated, whatever the site's settings say; null: as they say.</summary>
    /// <returns>200 the article; the same again: no event; 400 validation; 404 article-not-found; 503 busy, unavailable.</returns>
    [Operation("setArticleModeration"), Answers(typeof(ArticleView))]
    [WolverinePut("/v1/sites/{site}/articles/{articleKey}/moderation"), Roles(Role.Moderator)]
    public static async Task<IResult> Put(
        string site,
        string articleKey,
        [Body] ModerateArticle command,
        Caller caller,
        Switchboard board,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        Problem.Of(command.Refuse())
        ?? await board.SwitchAsync(
            site,
            articleKey,
            caller,
            now,
            (a, _) =>
                (a.Moderation, a.SlowModeSeconds) == (command.Mode, command.SlowModeSeconds)
                    ? null
                    : new ArticleModerationSet(
                        articleKey,
                        command.Mode,
                        caller.Key,
                        now.ToMicroseconds(),
                        command.SlowModeSeconds
                    ),
            ct
        );
}
