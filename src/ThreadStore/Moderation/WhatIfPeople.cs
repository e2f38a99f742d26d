using ThreadStore.Moderation.Rules;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>
/// What became of authors' comments, at one moment of the history, as far as settings ask for it. Of those that were
/// decided on, the last decided are looked at, where commands look at the newest: no more is remembered of each author.
/// </summary>
sealed class WhatIfPeople(SiteSettings settings)
{
    readonly Dictionary<Guid, DateTimeOffset> joined = [];
    readonly Dictionary<Guid, int> rejected = [];
    readonly Dictionary<Guid, List<(Guid Comment, bool IsRejected)>> decided = [];

    public void Joined(Guid author, DateTimeOffset at)
    {
        if (settings.Trust is not null)
            joined[author] = at;
    }

    /// <param name="change">Of the number of an author's rejected comments.</param>
    public void Rejected(Guid author, int change)
    {
        if ((settings.Trust is not null || settings.Learned is not null) && change != 0)
            rejected[author] = rejected.GetValueOrDefault(author) + change;
    }

    /// <param name="isRejected">Null: no decision stands any more.</param>
    public void Decided(Guid author, Guid comment, bool? isRejected)
    {
        if (settings.RejectionRateHeldForReview is null)
            return;
        if (!decided.TryGetValue(author, out var known))
            decided[author] = known = [];
        known.RemoveAll(d => d.Comment == comment);
        if (isRejected is { } so)
            known.Add((comment, so));
        if (known.Count > RejectionRate.Comments)
            known.RemoveAt(0);
    }

    public int RejectedOf(Guid author) => rejected.GetValueOrDefault(author);

    public bool IsTrusted(Guid author, int published, DateTimeOffset now) =>
        joined.TryGetValue(author, out var since)
        && Trusted.Is(settings, since, published, rejected.GetValueOrDefault(author), now);

    public double? RejectionRateOf(Guid author) =>
        decided.GetValueOrDefault(author) is { Count: > 0 } known
            ? known.Average(d => d.IsRejected ? 1.0 : 0.0)
            : null;
}
