using ThreadStore.Comments;
using ThreadStore.Moderation.Learned;
using ThreadStore.Moderation.Rules;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>What screening says of a comment.</summary>
/// <param name="Verdicts">Of every rule that was asked, in the order of the rules.</param>
public sealed record Judgement(CommentState State, IReadOnlyList<Verdict> Verdicts);

/// <summary>What the rules say that look at nothing but the text, under settings; made beside the request.</summary>
/// <param name="Learned">What the site's model says of it; null: it has none, or does not ask.</param>
public sealed record TextVerdicts(
    SiteSettings Settings,
    IReadOnlyList<Verdict> Verdicts,
    LearnedText? Learned = null
);

/// <summary>
/// Judges a comment before it is published. Every rule that is asked for runs, every verdict is kept, and the strongest
/// decides: rejected before held before published. The same code judges posts, edits, dry runs and what-ifs.
/// </summary>
public static class Screening
{
    /// <summary>What a comment says. Judged first, beside the request: nothing but text and settings is needed.</summary>
    public static readonly IReadOnlyList<TextRule> TextRules =
    [
        // the site's lists
        new BannedWords(),
        new SuspectWords(),
        new BannedPatterns(),
        new SuspectPatterns(),
        // what spam looks like
        new Links(),
    ];

    /// <summary>Who writes, where, and after what. Judged inside the Appender, from rows.</summary>
    public static readonly IReadOnlyList<SituationRule> SituationRules =
    [
        // how they write
        new RepeatedText(),
        new NewCommenter(),
        new Flood(),
        new RejectionRate(),
        new GuestHeld(),
        // what moderators did before
        new Rules.Learned(),
        // what moderators want
        new Premoderation(),
        new Shadow(),
        // what an edit starts from
        new HeldBefore(),
    ];

    /// <summary>A quote of more than that says no more to whoever reads it.</summary>
    const int MaxMatchLength = 200;

    static readonly Judgement Spotless = new(CommentState.Published, []);

    /// <summary>What the text alone gives rise to.</summary>
    public static TextVerdicts OfText(SiteSettings settings, CommentText text) =>
        OfRules(settings, text) with
        {
            Learned = LearnedOf(settings, text),
        };

    static LearnedText? LearnedOf(SiteSettings settings, CommentText text) =>
        settings is { Learned: not null, LearnedModel: { } hash } && KnownModels.Find(hash) is { } model
            ? new(model, model.Read(LookAlikes.Unmask(text), CommentFacts.OfText(text.Body)))
            : null;

    static TextVerdicts OfRules(SiteSettings settings, CommentText comment)
    {
        var ready = ScreeningSettings.Of(settings);
        if (!ready.AskAboutTexts)
            return new(settings, []);
        var text = new ScreenedText(comment, settings.Language);
        return new(
            settings,
            [
                .. TextRules
                    .Where(rule => rule.IsAskedFor(settings))
                    .Select(rule => VerdictOf(rule, rule.Judge(text, ready))),
            ]
        );
    }

    /// <summary>The whole judgement; of the text under the same settings.</summary>
    public static Judgement Judge(TextVerdicts text, Situation situation)
    {
        List<Verdict>? verdicts = null;
        if (text.Learned is not null)
            situation = situation with { Learned = text.Learned };
        IReadOnlyList<string> skipped = situation.IsTrusted ? situation.Settings.TrustedSkip : [];
        if (skipped.Count > 0 && text.Verdicts.Any(v => Trusted.Skips(skipped, v.Rule)))
            text = text with { Verdicts = [.. text.Verdicts.Where(v => !Trusted.Skips(skipped, v.Rule))] };
        foreach (var rule in SituationRules)
            if (
                rule.IsAskedFor(situation)
                && !(skipped.Count > 0 && rule.MayBeSkipped(situation) && Trusted.Skips(skipped, rule.Name))
            )
                (verdicts ??= [.. text.Verdicts]).Add(
                    rule.Complete(VerdictOf(rule, rule.Judge(situation)), situation)
                );
        return verdicts is not null ? new(Strongest(verdicts), verdicts)
            : text.Verdicts.Count > 0 ? new(Strongest(text.Verdicts), text.Verdicts)
            : Spotless;
    }

    /// <summary>What decides where rules disagree.</summary>
    public static CommentState Strongest(IReadOnlyList<Verdict> verdicts)
    {
        var strongest = CommentState.Published;
        foreach (var verdict in verdicts)
            if (verdict.State > strongest)
                strongest = verdict.State.Value;
        return strongest;
    }

    /// <summary>What a comment is kept from readers for.</summary>
    public static IReadOnlyList<HoldReason> Reasons(IReadOnlyList<Verdict> verdicts) =>
        [.. verdicts.Where(v => v.State is not null).Select(v => new HoldReason(v.Rule, v.Match))];

    /// <summary>What the author is told where <paramref name="verdicts"/> have the rule <c>shadow</c> among them.</summary>
    public static IReadOnlyList<Verdict> Told(IReadOnlyList<Verdict> verdicts) =>
        [.. verdicts.Where(v => v.Rule != HoldReason.Shadow)];

    static Verdict VerdictOf(ScreeningRule rule, Objection? objection) =>
        new(rule.Name, rule.Version, objection?.State, Shorten(objection?.Match));

    static string? Shorten(string? match) =>
        match is null || match.Length <= MaxMatchLength ? match
        : char.IsHighSurrogate(match[MaxMatchLength - 1]) ? match[..(MaxMatchLength - 1)]
        : match[..MaxMatchLength];
}
