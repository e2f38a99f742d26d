using System.Text.RegularExpressions;
using Npgsql;

namespace ThreadStore.Setup;

/// <summary>One of several databases: <c>ThreadStore__Databases__NAME</c>, or added by <c>threadstore databases add</c>.</summary>
/// <param name="ConnectionString">Secret.</param>
/// <param name="Session">The way past a pooler, <c>ThreadStore__DatabaseSessions__NAME</c>; null: there is one way.</param>
public sealed partial record NamedDatabase(string Name, string ConnectionString, string? Session = null)
{
    /// <summary>For what asks once, or needs a session that lasts.</summary>
    public string Direct => Session ?? ConnectionString;

    /// <summary>What a name may be, in words.</summary>
    public const string Rule = "1 to 63 of a-z, 0-9 and -";

    /// <summary>As of sites: it stands in environments, on command lines and in answers.</summary>
    public static bool IsName(string name) => Pattern().IsMatch(name);

    /// <summary>Why a connection string leads nowhere, without a word of it, which may be secret; null: it may lead somewhere.</summary>
    public static string? FaultOf(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).Host is { Length: > 0 }
                ? null
                : "it names no Host";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            return "it can't be read";
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
