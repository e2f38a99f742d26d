using System.Globalization;

namespace ThreadStore.Tests.Support;

/// <summary>How often a test that waits for a rare accident provokes it: as fits a test run, or as often as is asked for.</summary>
public static class Endurance
{
    /// <summary>Kills of a server: THREADSTORE_TEST_KILLS=100.</summary>
    public static int Kills(int usual) => Asked("THREADSTORE_TEST_KILLS") ?? usual;

    /// <summary>Requests that nobody would send on purpose: THREADSTORE_TEST_REQUESTS=100000.</summary>
    public static int Requests(int usual) => Asked("THREADSTORE_TEST_REQUESTS") ?? usual;

    /// <summary>Histories of about a hundred random commands: THREADSTORE_TEST_HISTORIES=100.</summary>
    public static int Histories(int usual) => Asked("THREADSTORE_TEST_HISTORIES") ?? usual;

    static int? Asked(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : null;
}
