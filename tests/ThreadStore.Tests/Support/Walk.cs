using System.Text.Json;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Reads lists to their end by cursor, as a front end would.</summary>
public static class Walk
{
    /// <summary>All items of a list, page by page.</summary>
    public static async Task<List<JsonElement>> PagesAsync(
        TestSite site,
        string path,
        string? token = null,
        int limit = 7
    )
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var join = path.Contains('?') ? '&' : '?';
            var next = cursor is null ? "" : $"&cursor={cursor}";
            var page = (await site.GetAsync($"{path}{join}limit={limit}{next}", token)).Expect(200);
            items.AddRange(page["items"].EnumerateArray());
            cursor = page["nextCursor"].GetString();
        } while (cursor is not null);
        return items;
    }

    /// <summary>Every comment that a full walk of a thread meets, parents before their children.</summary>
    /// <param name="and">More for the query of every request, as in <c>&amp;atPosition=7</c>.</param>
    public static async Task<List<JsonElement>> ThreadAsync(
        TestSite site,
        string article,
        string sort = "newest",
        int limit = 7,
        int replies = 2,
        string? token = null,
        string and = ""
    )
    {
        var met = new List<JsonElement>();
        foreach (
            var item in await PagesAsync(
                site,
                $"/articles/{article}/comments?sort={sort}&replies={replies}{and}",
                token,
                limit
            )
        )
            await MeetAsync(site, item, met, $"replies={replies}{and}", token);
        return met;
    }

    static async Task MeetAsync(
        TestSite site,
        JsonElement comment,
        List<JsonElement> met,
        string query,
        string? token
    )
    {
        met.Add(comment);
        var below = comment.GetProperty("replies");
        foreach (var reply in below.GetProperty("items").EnumerateArray())
            await MeetAsync(site, reply, met, query, token);
        var cursor = below.GetProperty("nextCursor").GetString();
        while (cursor is not null)
        {
            var id = comment.GetProperty("id").GetString();
            var page = (
                await site.GetAsync($"/comments/{id}/replies?{query}&limit=5&cursor={cursor}", token)
            ).Expect(200);
            foreach (var reply in page["items"].EnumerateArray())
                await MeetAsync(site, reply, met, query, token);
            cursor = page["nextCursor"].GetString();
        }
    }

    /// <summary>The law of counts: the article's count is the number of comments with a body that a full walk meets.</summary>
    public static async Task AssertLawOfCountsAsync(TestSite site, string article)
    {
        var met = await ThreadAsync(site, article);
        var count = (await site.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32();
        Assert.Equal(count, met.Count(c => c.GetProperty("body").ValueKind == JsonValueKind.String));
        Assert.Equal(met.Count, met.Select(c => c.GetProperty("id").GetString()).Distinct().Count());
    }
}
