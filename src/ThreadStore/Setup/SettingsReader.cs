using System.Globalization;
using ThreadStore.Kernel;

namespace ThreadStore.Setup;

/// <summary>Reads settings, refuses what they can't be, and keeps what was found, for who wants to see it.</summary>
/// <remarks>
/// Not the options binder of .NET: it names neither the variable nor what would be right, and takes what it does not
/// know for nothing.
/// </remarks>
sealed class SettingsReader(IConfiguration configuration, string section)
{
    readonly Dictionary<string, string> shown = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every setting that may be told, by its whole name, with the value that it has.</summary>
    public IReadOnlyDictionary<string, string> Shown => shown;

    /// <summary>What stands in the configuration and nobody has read: most likely a slip.</summary>
    public IReadOnlyList<string> Unread() =>
        [
            .. configuration
                .GetSection(section)
                .AsEnumerable()
                .Where(s => s.Value is { Length: > 0 } && !known.Any(k => IsBelow(s.Key, k)))
                .Select(s => Variable(s.Key)),
        ];

    static bool IsBelow(string name, string known) =>
        name.StartsWith(known, StringComparison.OrdinalIgnoreCase)
        && (name.Length == known.Length || name[known.Length] == ':');

    /// <summary>As it is written in an environment.</summary>
    static string Variable(string name) => name.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Of a name below the section; null where it is not set, or set to nothing.</summary>
    public string? Secret(string name)
    {
        known.Add($"{section}:{name}");
        return configuration[$"{section}:{name}"] is { Length: > 0 } text ? text : null;
    }

    /// <summary>A list of secrets, in the order of their numbers, and after them the one of the short form.</summary>
    /// <returns>With the name of the variable that holds it.</returns>
    public IReadOnlyList<(string Name, string Text)> Secrets(string list, string single)
    {
        known.Add($"{section}:{list}");
        var ones = configuration
            .GetSection($"{section}:{list}")
            .GetChildren()
            // 10 comes after 9
            .OrderBy(c => int.TryParse(c.Key, out var place) ? place : int.MaxValue)
            .Select(c => (Name: Variable(c.Path), Text: c.Value ?? ""));
        return
        [
            .. ones.Append((Name: Variable($"{section}:{single}"), Text: Secret(single) ?? ""))
                .Where(k => k.Text.Length > 0),
        ];
    }

    /// <summary>Connection strings by name; the names are shown.</summary>
    /// <param name="sessions">Where the ways past a pooler are told, by the same names.</param>
    public IReadOnlyList<NamedDatabase> Databases(string name, string sessions)
    {
        var ways = ConnectionStrings(sessions);
        NamedDatabase[] databases =
        [
            .. ConnectionStrings(name)
                .Select(d => new NamedDatabase(d.Key, d.Value, ways.GetValueOrDefault(d.Key)))
                .OrderBy(d => d.Name, StringComparer.Ordinal),
        ];
        foreach (var database in databases)
            if (!NamedDatabase.IsName(database.Name))
                throw Refused(
                    $"{name}:{database.Name}",
                    $"no name for a database: it has {NamedDatabase.Rule}"
                );
        if (ways.Keys.FirstOrDefault(w => databases.All(d => d.Name != w)) is { } stray)
            throw Refused($"{sessions}:{stray}", $"a way to no database: {name} does not name it");
        return databases;
    }

    Dictionary<string, string> ConnectionStrings(string name)
    {
        known.Add($"{section}:{name}");
        var told = configuration
            .GetSection($"{section}:{name}")
            .GetChildren()
            .Where(c => c.Value is { Length: > 0 })
            // variables of some systems have no small letters
            .ToDictionary(c => c.Key.ToLowerInvariant(), c => c.Value!);
        foreach (var (key, connectionString) in told)
            if (NamedDatabase.FaultOf(connectionString) is { } fault)
                throw Refused(
                    $"{name}:{key}",
                    $"no connection string such as Host=db;Username=me;Password=…;Database=threads: {fault}"
                );
        Show(name, string.Join(", ", told.Keys.Order(StringComparer.Ordinal)));
        return told;
    }

    /// <summary>Connection strings without names, by number; how many there are is shown.</summary>
    public IReadOnlyList<string> Numbered(string name)
    {
        var told = ConnectionStrings(name);
        if (told.Keys.FirstOrDefault(k => !int.TryParse(k, CultureInfo.InvariantCulture, out _)) is { } stray)
            throw Refused($"{name}:{stray}", "no number: they are counted from 0");
        return [.. told.OrderBy(t => int.Parse(t.Key, CultureInfo.InvariantCulture)).Select(t => t.Value)];
    }

    /// <summary>Settings of a library, which may be secret, by its names: <c>SASL_USERNAME</c> is <c>sasl.username</c>.</summary>
    public IReadOnlyDictionary<string, string> Members(string name)
    {
        known.Add($"{section}:{name}");
        return configuration
            .GetSection($"{section}:{name}")
            .GetChildren()
            .Where(c => c.Value is { Length: > 0 })
            .ToDictionary(c => c.Key.Replace('_', '.').ToLowerInvariant(), c => c.Value!);
    }

    /// <param name="absent">What is in force where it is not set.</param>
    public string Text(string name, string absent)
    {
        var text = Secret(name) ?? absent;
        Show(name, text);
        return text;
    }

    /// <summary>An address that may hold a password: of one of these schemes.</summary>
    public Uri? Address(string name, string what, params string[] schemes) =>
        Secret(name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url)
        && schemes.Contains(url.Scheme)
        && url.Host.Length > 0
            ? url
        : throw Refused(name, what);

    public string? Text(string name)
    {
        var text = Secret(name);
        Show(name, text ?? "");
        return text;
    }

    public int Positive(string name, int absent) => Number(name, absent, 1, "a number above 0");

    public int Seconds(string name, int absent) =>
        Number(name, absent, 0, "a whole number of seconds, 0 or more");

    int Number(string name, int absent, int least, string what)
    {
        var number =
            Secret(name) is not { } text ? absent
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given)
            && given >= least
                ? given
            : throw Refused(name, what);
        Show(name, number.ToString(CultureInfo.InvariantCulture));
        return number;
    }

    public bool Switch(string name, bool absent)
    {
        var isOn =
            Secret(name) is not { } text ? absent
            : bool.TryParse(text, out var given) ? given
            : throw Refused(name, "true or false");
        Show(name, isOn ? "true" : "false");
        return isOn;
    }

    public TimeSpan Duration(string name, TimeSpan absent)
    {
        var duration =
            Secret(name) is not { } text ? absent
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var given) && given > TimeSpan.Zero
                ? given
            : throw Refused(name, "a time such as 00:00:10");
        Show(name, duration.ToString("c", CultureInfo.InvariantCulture));
        return duration;
    }

    /// <summary>Words that are separated by one of these, or stand in a list.</summary>
    public IReadOnlyList<string> Words(string name, params char[] separators)
    {
        known.Add($"{section}:{name}");
        var setting = configuration.GetSection($"{section}:{name}");
        string[] words =
        [
            .. setting
                .GetChildren()
                .Select(c => c.Value)
                .Append(setting.Value)
                .SelectMany(v =>
                    (v ?? "").Split(
                        separators,
                        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                    )
                ),
        ];
        Show(name, string.Join(separators[0], words));
        return words;
    }

    public StartupException Refused(string name, string what) =>
        new($"{Variable($"{section}:{name}")} is {what}.");

    void Show(string name, string value) => shown[$"{section}:{name}"] = value;
}
