using System.Text.RegularExpressions;

namespace ThreadStore.Databases;

/// <summary>One of several databases: <c>ThreadStore__Databases__NAME</c>, or added by <c>threadstore databases add</c>.</summary>
/// <param name="ConnectionString">Secret.</param>
public sealed partial record NamedDatabase(string Name, string ConnectionString)
{
    /// <summary>What a name may be, in words.</summary>
    public const string Rule = "1 to 63 of a-z, 0-9 and -";

    /// <summary>As of sites: it stands in environments, on command lines and in answers.</summary>
    public static bool IsName(string name) => Pattern().IsMatch(name);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
