using System.Text.Json;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Live;

/// <summary>What all readers of a stream may rely on, while 8 people write on another node.</summary>
public sealed class LiveLawTests(Store store, Kestrel other) : IClassFixture<Kestrel>, IDisposable
{
    const int Writers = 8;
    const int Moves = 40;

    /// <summary>Reactions may come a second late; a loaded machine takes longer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    readonly HttpClient client = new() { BaseAddress = new Uri($"http://{other.Authority}") };

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Whoever_reconnects_after_every_message_misses_nothing_and_gets_nothing_twice()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var path = $"{site.Path}/articles/{article}/live";
        await using var steady = await LiveReader.OpenAsync(client, path);
        var start = (await site.PostAsync(article, "ada", "Start")).Expect(201).Position;
        var (stayed, returned) = (StayAsync(steady), ReturnAsync(path, $"{start - 1}"));

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(site, article, w)));
        var token = site.Token("cms", ThreadStore.Http.Role.Service);
        (await site.SendAsync("POST", $"/articles/{article}/discussion/close", token: token)).Expect(200);

        var readers = await Task.WhenAll(stayed, returned);
        // what the history says that readers were to be told
        var events = await EventsAsync(site, article);
        var thread = (await Walk.ThreadAsync(site, article)).ToDictionary(c => c.GetProperty("id").GetGuid());
        foreach (var (history, reader) in readers)
        {
            while (Differences(thread, history) is { Length: > 0 } missed)
                try
                {
                    history.Add(await reader.NextAsync().WaitAsync(Patience));
                }
                catch (TimeoutException)
                {
                    Assert.Fail(
                        $"{missed}\n\n{string.Join('\n', history.Select(i => $"{i.Key} {i.Name} {i.Data}"))}"
                    );
                }
            // each message once; of two reactions that were held back and come together, whoever leaves after the
            // first gets it again with the second
            var once = history.Where(i => i.Name != "reactions-changed" || reader == steady).ToList();
            Assert.Equal(
                once.Count,
                once.Select(i => (i.Id, i.Name, i.Data.TryGetProperty("id", out var id) ? $"{id}" : ""))
                    .Distinct()
                    .Count()
            );
            var told = history.Where(i => !i.IsState).Select(i => (i.Id, i.Name)).ToList();
            Assert.Equal(told.Distinct().Order(), told);
            Assert.Empty(told.Except(events));
            // what is not told is what was taken away before it could be
            var gone = history.Where(i => i.Name == "comment-removed").Select(i => i.Comment).ToHashSet();
            foreach (
                var (position, name, comment) in events.Except(told).Select(e => (e.Id, e.Name, about[e.Id]))
            )
                Assert.True(name != "comment-removed" && gone.Contains(comment), $"{position} {name}");
            await reader.DisposeAsync();
        }
    }

    readonly Dictionary<long, Guid> about = [];

    static async Task<(List<LiveItem> Items, LiveReader Reader)> StayAsync(LiveReader reader)
    {
        var items = new List<LiveItem>();
        do items.Add(await reader.NextAsync());
        while (items[^1].Name != "discussion-closed");
        return (items, reader);
    }

    async Task<(List<LiveItem> Items, LiveReader Reader)> ReturnAsync(string path, string after)
    {
        var items = new List<LiveItem>();
        while (true)
        {
            var reader = await LiveReader.OpenAsync(client, path, after);
            items.Add(await reader.NextAsync());
            Assert.True(items[^1].Id >= items[Math.Max(0, items.Count - 2)].Id);
            after = items[^1].Key;
            if (items[^1].Name == "discussion-closed")
                return (items, reader);
            await reader.DisposeAsync();
        }
    }

    static async Task WriteAsync(TestSite site, string article, int writer)
    {
        var random = new Random(writer);
        var mine = new List<Guid>();
        var token = site.Token($"writer{writer}");
        for (var n = 0; n < Moves; n++)
        {
            var any = mine.Count == 0 ? Guid.Empty : mine[random.Next(mine.Count)];
            switch (mine.Count == 0 ? 0 : random.Next(6))
            {
                case 0 or 1:
                    Guid? parent = random.Next(2) == 0 || any == Guid.Empty ? null : any;
                    var posted = await site.PostAsync(article, $"writer{writer}", $"{writer}/{n}", parent);
                    if (posted.Status == 201)
                        mine.Add(posted["id"].GetGuid());
                    break;
                case 2:
                    await site.SendAsync("PATCH", $"/comments/{any}", new { body = $"edit {n}" }, token);
                    break;
                case 3 when random.Next(2) == 0:
                    await site.SendAsync("DELETE", $"/comments/{any}", token: token);
                    break;
                default:
                    var kind = random.Next(2) == 0 ? "like" : "dislike";
                    var fan = site.Token($"fan{random.Next(5)}");
                    var way = random.Next(4) == 0 ? "DELETE" : "PUT";
                    await site.SendAsync(way, $"/comments/{any}/reactions/{kind}", token: fan);
                    break;
            }
        }
    }

    async Task<List<(long Id, string Name)>> EventsAsync(TestSite site, string article)
    {
        var feed = await site.GetAsync(
            $"/events?limit=10000&article={article}",
            site.Token("ana", ThreadStore.Http.Role.Analyst)
        );
        var events = new List<(long, string)>();
        foreach (var line in feed.Expect(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var e = JsonSerializer.Deserialize<JsonElement>(line);
            var name = e.GetProperty("type").GetString() switch
            {
                "comment-posted" => "comment-published",
                "comment-edited" => "comment-edited",
                "comment-deleted" => "comment-removed",
                "discussion-closed" => "discussion-closed",
                _ => null,
            };
            if (name is null)
                continue;
            var position = e.GetProperty("position").GetInt64();
            events.Add((position, name));
            about[position] = e.GetProperty("data").TryGetProperty("commentId", out var id)
                ? id.GetGuid()
                : Guid.Empty;
        }
        return events;
    }

    /// <summary>Whoever applies the messages one by one has the thread as it is: then there are none.</summary>
    static string Differences(Dictionary<Guid, JsonElement> thread, List<LiveItem> history)
    {
        var known = new Dictionary<Guid, JsonElement>();
        var count = -1;
        foreach (var item in history)
        {
            if (item.Name == "count-changed")
                count = item.Data.GetProperty("commentCount").GetInt32();
            else if (item.Name.StartsWith("discussion", StringComparison.Ordinal))
                continue;
            else if (item.Name == "comment-removed")
                known.Remove(item.Comment);
            else
                known[item.Comment] = item.Data;
        }
        var shown = thread.Values.Where(c => c.GetProperty("state").GetString() == "published").ToList();
        var (stands, told) = (shown.Select(Essence).ToHashSet(), known.Values.Select(Essence).ToHashSet());
        return string.Join(
            '\n',
            [
                .. shown.Count == count
                    ? []
                    : (string[])[$"{count} comments were told of, not {shown.Count}"],
                .. stands.Except(told).Select(c => $"not told: {c}"),
                .. told.Except(stands).Select(c => $"told: {c}"),
            ]
        );
    }

    static string Essence(JsonElement c) =>
        $"{c.GetProperty("id")} {c.GetProperty("body")} {c.GetProperty("version")} {c.GetProperty("reactions")}";
}
