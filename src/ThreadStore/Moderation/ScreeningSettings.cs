using System.Runtime.CompilerServices;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>A site's settings with their lists made ready to be searched: once for settings, not for a comment.</summary>
public sealed class ScreeningSettings
{
    static readonly ConditionalWeakTable<SiteSettings, ScreeningSettings> Ready = [];

    readonly Lazy<WordList> bannedWords;
    readonly Lazy<WordList> suspectWords;
    readonly Lazy<PatternList> bannedPatterns;
    readonly Lazy<PatternList> suspectPatterns;

    ScreeningSettings(SiteSettings settings)
    {
        Site = settings;
        bannedWords = new(() => new(settings.BannedWords, settings.Language));
        suspectWords = new(() => new(settings.SuspectWords, settings.Language));
        bannedPatterns = new(() => new(settings.BannedPatterns, settings.Language));
        suspectPatterns = new(() => new(settings.SuspectPatterns, settings.Language));
        AskAboutTexts = Screening.TextRules.Any(r => r.IsAskedFor(settings));
    }

    /// <summary>The same for the same object; see <see cref="KnownSettings"/>.</summary>
    public static ScreeningSettings Of(SiteSettings settings) =>
        Ready.GetValue(settings, s => new ScreeningSettings(s));

    public SiteSettings Site { get; }

    public WordList BannedWords => bannedWords.Value;
    public WordList SuspectWords => suspectWords.Value;
    public PatternList BannedPatterns => bannedPatterns.Value;
    public PatternList SuspectPatterns => suspectPatterns.Value;

    /// <summary>Makes the lists now rather than when a comment waits for them.</summary>
    public void MakeReady() => _ = (BannedWords, SuspectWords, BannedPatterns, SuspectPatterns);

    /// <summary>Whether any rule looks at what a comment says; with the default settings none does.</summary>
    public bool AskAboutTexts { get; }
}
