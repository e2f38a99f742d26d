using ThreadStore.Kernel;

namespace ThreadStore.Comments;

/// <summary>The least time between two comments of one commenter on an article, where a moderator set one.</summary>
public static class SlowMode
{
    /// <param name="seconds">What was set for the article.</param>
    /// <param name="last">When they wrote there last, whatever became of it.</param>
    /// <returns>When they may write again; null: now.</returns>
    public static DateTimeOffset? Until(int? seconds, DateTimeOffset? last, DateTimeOffset now) =>
        seconds is { } pause && last is { } at && now - at < TimeSpan.FromSeconds(pause)
            ? at.AddSeconds(pause)
            : null;

    public static Refusal Refusal(DateTimeOffset until, DateTimeOffset now) =>
        new(
            "slow-mode",
            $"Everybody writes here once in a while only: you may again at {Json.Format(until)}.",
            Until: until
        )
        {
            RetryAfter = (int)Math.Ceiling((until - now).TotalSeconds),
        };
}
