using System.Text.Json.Nodes;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Sites;

/// <summary>Configuring a site, decided without a database.</summary>
public class ConfigurationTests
{
    static WorkingSet NoSite()
    {
        var set = new WorkingSet();
        set.Sites.Absent("news", Guid.Empty);
        return set;
    }

    static Configuration WithSealed(params string[] names) =>
        new(
            "news",
            JsonNode
                .Parse(
                    """
                    {
                      "challenge": { "url": "https://challenge.example", "secret": "********" },
                      "classifier": { "url": "https://classifier.example", "secret": "********" }
                    }
                    """
                )!
                .AsObject(),
            "admin",
            Past.Day
        )
        {
            Seals = names.ToDictionary(n => n, _ => new byte[] { 1 }),
        };

    [Fact]
    public void Secrets_are_written_with_the_event()
    {
        var decision = WithSealed("challenge", "classifier").Decide(NoSite());

        Assert.IsType<SiteConfigured>(Assert.Single(decision.Events).Event);
        Assert.Equal(2, decision.Beside.Count);
    }

    [Fact]
    public void Of_what_is_refused_no_secret_is_written_either()
    {
        var known = NoSite();
        var decision = WithSealed("challenge").Decide(known);

        Assert.Equal("validation", decision.Refusal?.Code);
        Assert.Empty(decision.Beside);
        Assert.Empty(known.Beside);
    }
}
