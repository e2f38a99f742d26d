using ThreadStore.Commenters;
using ThreadStore.Moderation.Rules;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>What rules may know of a commenter, at one moment of the history.</summary>
sealed class WhatIfAuthor(string site, Guid id)
{
    // most have no decision about them, and few write twice in a day
    Commenter? standing;
    List<DateTimeOffset>? times;
    List<(Guid Comment, Guid Article, UInt128 Text, DateTimeOffset At)>? texts;

    public Guid Id => id;

    /// <summary>How many of their comments are published.</summary>
    public int Published { get; set; }

    public void Change(Func<Commenter, Commenter> change) =>
        standing = change(
            standing
                ?? new(site, id, "", "", null, default, 0, 0, Standing.Good, null, null, null, null, 0, 0)
        );

    public Standing StandingAt(DateTimeOffset time) => standing?.StandingAt(time) ?? Standing.Good;

    // commands that came at once are recorded in any order, and imports bring what is older: so both ways
    public int CountAround(DateTimeOffset time) =>
        times?.Count(t => (t - time).Duration() < Flood.Window) ?? 0;

    public bool IsElsewhere(UInt128 text, Guid article, DateTimeOffset time) =>
        texts?.Exists(t =>
            t.Text == text && t.Article != article && (t.At - time).Duration() < RepeatedText.Window
        ) == true;

    /// <summary>What no rule can ask for any more is forgotten.</summary>
    public void Posted(SiteSettings settings, Guid comment, Guid article, UInt128 text, DateTimeOffset at)
    {
        if (settings.FloodHeldForReview is not null)
        {
            times ??= [];
            times.RemoveAll(t => (t - at).Duration() >= 2 * Flood.Window);
            times.Add(at);
        }
        if (settings.RepeatedTextHeldForReview)
        {
            texts ??= [];
            texts.RemoveAll(t => (t.At - at).Duration() >= RepeatedText.Window);
            texts.Add((comment, article, text, at));
        }
    }

    public void Edited(SiteSettings settings, Guid comment, UInt128 text)
    {
        if (
            settings.RepeatedTextHeldForReview
            && texts?.FindIndex(t => t.Comment == comment) is >= 0 and var at
        )
            texts[at] = texts[at] with { Text = text };
    }

    public void Forget(Guid comment) => texts?.RemoveAll(t => t.Comment == comment);
}
