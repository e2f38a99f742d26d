using System.Text.RegularExpressions;
using Xunit;

namespace ThreadStore.Tests.Conventions;

/// <summary>Rules of the house that the compiler does not know.</summary>
public partial class SourceTests
{
    /// <summary>Past this a file hides more than it shows.</summary>
    const int MaxLines = 400;

    static readonly string[] Frameworks = ["Marten", "Npgsql", "Microsoft.AspNetCore", "Wolverine"];

    [Fact]
    public void No_file_is_long() =>
        Assert.All(Sources.OfServer(), f => Assert.True(f.Lines.Length <= MaxLines, f.Path));

    [Fact]
    public void Only_the_signing_of_tokens_reads_the_clock()
    {
        // endpoints get the time as a parameter from Wolverine; a token is signed by a person at the command line
        var readers = Sources.OfServer().Where(f => f.Lines.Any(l => Clock().IsMatch(l))).Select(f => f.Path);

        Assert.Equal(["Http/Authentication.cs"], readers);
    }

    [Theory]
    [InlineData("Sites/Site.cs")]
    [InlineData("Articles/Article.cs")]
    [InlineData("Comments/Comment.cs")]
    [InlineData("Commenters/Commenter.cs")]
    [InlineData("Rows/WorkingSet.cs")]
    [InlineData("Rows/RequiredRows.cs")]
    [InlineData("Moderation/Rules/")]
    [InlineData("Transfer/Formats/")]
    public void Events_states_and_rules_know_no_framework(string path) =>
        AssertUsesNone(
            f => f.StartsWith(path, StringComparison.Ordinal),
            [.. Frameworks, "ThreadStore.Http"]
        );

    /// <summary>What Marten's tables are called is known to one room; all others use the names that it gives them.</summary>
    [Fact]
    public void Only_the_event_store_names_tables_of_Marten() =>
        Assert.DoesNotContain(
            Sources
                .OfServer()
                .Where(f => !f.Path.StartsWith("EventStore/", StringComparison.Ordinal))
                .SelectMany(f => f.Lines.Select(l => $"{f.Path}: {l}")),
            l => l.Contains("mt_", StringComparison.Ordinal)
        );

    /// <summary>
    /// Npgsql gives the reader of a connection to the next command: who ends theirs twice, the second time ends another's.
    /// </summary>
    [Fact]
    public void A_reader_is_ended_by_its_using_and_by_nobody_else() =>
        Assert.DoesNotContain(
            Sources.OfServer().SelectMany(f => f.Lines.Select(l => $"{f.Path}: {l}")),
            l => EndedReader().IsMatch(l)
        );

    [Fact]
    public void Nobody_but_the_program_knows_the_command_line() =>
        AssertUsesNone(
            f => f != "Program.cs" && !f.StartsWith("Commands/", StringComparison.Ordinal),
            ["ThreadStore.Commands", "System.CommandLine"]
        );

    [Fact]
    public void Imports_know_no_endpoints() =>
        AssertUsesNone(
            f => f.StartsWith("Transfer/", StringComparison.Ordinal),
            ["Wolverine.Http", "Microsoft.AspNetCore"]
        );

    [Fact]
    public void What_only_reads_appends_nothing() =>
        Assert.All(
            Sources
                .OfServer()
                .Where(f =>
                    f.Path.StartsWith("History/", StringComparison.Ordinal)
                    || Path.GetFileName(f.Path) is var name
                        && (
                            name.StartsWith("Get", StringComparison.Ordinal)
                            || name.StartsWith("List", StringComparison.Ordinal)
                        )
                ),
            f => Assert.DoesNotContain(f.Lines, l => Writes().IsMatch(l))
        );

    static void AssertUsesNone(Func<string, bool> files, string[] namespaces) =>
        Assert.All(
            Sources.OfServer().Where(f => files(f.Path)),
            f =>
                Assert.DoesNotContain(
                    f.Lines,
                    l =>
                        Using().Match(l) is { Success: true } used
                        && namespaces.Any(n =>
                            used.Groups[1].Value == n
                            || used.Groups[1].Value.StartsWith($"{n}.", StringComparison.Ordinal)
                        )
                )
        );

    [GeneratedRegex(@"[rR]eader\.(Dispose|Close)(Async)?\(")]
    private static partial Regex EndedReader();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(Appender|AppendAsync|LightweightSession|SaveChangesAsync)\b")]
    private static partial Regex Writes();
}
