using System.Globalization;

namespace ThreadStore.Tests.Support;

/// <summary>How often a test that waits for a rare accident provokes it: a few times, or as often as is asked for.</summary>
public static class Endurance
{
    /// <summary>Kills of a server, say 100, in place of the few that fit a test run.</summary>
    const string Variable = "THREADSTORE_TEST_KILLS";

    public static int Times(int usual) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } asked
            ? int.Parse(asked, CultureInfo.InvariantCulture)
            : usual;
}
