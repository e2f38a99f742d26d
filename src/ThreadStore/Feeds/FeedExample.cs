using System.Text;
using System.Text.Json.Nodes;

namespace ThreadStore.Feeds;

/// <summary>A feed as the API's description shows it.</summary>
static class FeedExample
{
    static readonly Feed Example = new(
        new("0194d3a0-5f3c-7a2b-9c1d-2e3f4a5b6c70"),
        "Bread prices rise again",
        "https://news.example/bread",
        "en",
        new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero),
        "../../",
        [
            new(
                new("0194d3a0-5f3c-7a2b-9c1d-2e3f4a5b6c71"),
                null,
                new("ada", "Ada", null),
                "<p dir=\"auto\">Good <em>news</em>.</p>",
                "Bread prices rise again",
                "https://news.example/bread",
                new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero),
                null,
                0
            ),
        ]
    );

    public static string Atom => Encoding.UTF8.GetString(AtomFeed.Write(Example));

    public static JsonNode? Json => JsonNode.Parse(JsonFeed.Write(Example));
}
