using System.Globalization;
using System.Text;

namespace ThreadStore.Transfer.Formats;

/// <summary>A record can't be taken; the kind is for programs, the message for people.</summary>
public sealed class UnreadableException(string kind, string message) : FormatException(message)
{
    public string Kind => kind;
}

/// <summary>Values as other systems write them.</summary>
public static class Fields
{
    /// <summary>In characters. No system's comments come near it.</summary>
    public const int MaxBody = 1 << 20;

    /// <summary>In characters: ids, names, addresses.</summary>
    public const int MaxShort = 4096;

    /// <summary>A date that systems write where they mean none.</summary>
    static readonly string[] Absent = ["0001-01-01", "0000-00-00"];

    static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mmK",
        "yyyy-MM-dd HH:mm:ss zzz",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz",
        "yyyy-MM-dd",
        "ddd, dd MMM yyyy HH:mm:ss zzz",
    ];

    /// <summary>UTC where no zone is told; up to nine digits of a second, as Go writes them. Null: the source has none.</summary>
    /// <exception cref="UnreadableException">It is no time, or none at which people wrote.</exception>
    public static DateTimeOffset? Time(string? text) =>
        AnyTime(text) is { } time ? OfPeople(time, text) : null;

    /// <summary>As <see cref="Time"/>, of any year: some publishers date a page 9999-12-31.</summary>
    /// <exception cref="UnreadableException">It is no time.</exception>
    public static DateTimeOffset? AnyTime(string? text)
    {
        text = text?.Trim();
        if (
            string.IsNullOrEmpty(text)
            || Array.Exists(Absent, a => text.StartsWith(a, StringComparison.Ordinal))
        )
            return null;
        if (text.EndsWith(" UTC", StringComparison.Ordinal))
            text = $"{text[..^4]}Z";
        if (
            !DateTimeOffset.TryParseExact(
                WithoutNanoseconds(text),
                TimeFormats,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
        )
            throw NoTime(text);
        // PostgreSQL's precision
        return new(time.UtcTicks / 10 * 10, TimeSpan.Zero);
    }

    /// <summary>What an import stores, an export of it must be able to bring back.</summary>
    static DateTimeOffset OfPeople(DateTimeOffset time, string? told) =>
        FeedFacts.IsTimeOfPeople(time)
            ? time
            : throw new UnreadableException(
                "bad-date",
                $"'{Shown(told?.Trim() ?? "")}' is of no year between {FeedFacts.FirstYear} and {FeedFacts.LastYear}."
            );

    static UnreadableException NoTime(string told) => new("bad-date", $"'{Shown(told)}' is no time.");

    static string WithoutNanoseconds(string text)
    {
        var point = text.IndexOf('.');
        if (point < 0)
            return text;
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - point - 1 <= 7 ? text : $"{text[..(point + 8)]}{text[end..]}";
    }

    /// <summary>Seconds since 1970.</summary>
    /// <exception cref="UnreadableException">It is no time, or none at which people wrote.</exception>
    public static DateTimeOffset Unix(double seconds) => OfPeople(AnyUnix(seconds), Told(seconds));

    /// <summary>As <see cref="Unix"/>, of any year.</summary>
    /// <exception cref="UnreadableException">It is no time.</exception>
    public static DateTimeOffset AnyUnix(double seconds)
    {
        // year 0001 to 9999
        if (!(seconds is >= -62_135_596_800d and < 253_402_300_800d))
            throw NoTime(Told(seconds));
        var ticks = DateTimeOffset.UnixEpoch.UtcTicks + (long)Math.Round(seconds * 1_000_000) * 10;
        return new(
            Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks) / 10 * 10,
            TimeSpan.Zero
        );
    }

    static string Told(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without white space around it; null where nothing is left.</summary>
    public static string? Some(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    /// <summary>As <see cref="Some"/>; nulls of other languages that were written as words are none.</summary>
    public static string? SomeBut(string? text, params ReadOnlySpan<string> none) =>
        Some(text) is { } some && !none.Contains(some) ? some : null;

    /// <summary>Without what PostgreSQL can't store and UTF-8 can't carry.</summary>
    public static string Clean(string text)
    {
        if (!text.Contains('\0') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value != 0)
                clean.Append(rune);
        return clean.ToString();
    }

    /// <summary>The body of a comment as it came; <see cref="StorableText"/> makes of it what is kept.</summary>
    /// <exception cref="UnreadableException">It is too long.</exception>
    public static string Body(string? text) =>
        (text ?? "").Length <= MaxBody
            ? text ?? ""
            : throw new UnreadableException("too-large", "its text has more than 1 MiB.");

    /// <exception cref="UnreadableException">There is none, or it is too long.</exception>
    public static string Id(string? text) =>
        Some(text) is not { } id ? throw new UnreadableException("no-id", "it has no id.")
        : id.Length > MaxShort
            ? throw new UnreadableException("too-large", $"its id has more than {MaxShort} characters.")
        : id;

    /// <summary>What of a value may stand in a message.</summary>
    public static string Shown(string text) => text.Length <= 60 ? text : $"{text[..60]}…";
}
