using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>Good requests of every operation, spoilt at random: whatever comes, the answer is a documented one.</summary>
public sealed class SpoiltRequestTests(Store store)
{
    /// <summary>In all texts of another site, and in nothing that is sent or answered here.</summary>
    const string Secret = "qz7secret";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Whatever_is_sent_the_answer_is_documented_and_shows_nothing_of_another_site()
    {
        var document = await ApiDocument.ReadAsync(store);
        var samples = await ApiSamples.OnASiteAsync(store);
        var foreign = await AForeignSiteAsync();
        var operations = document.Operations.ToArray();

        await Gen.Int.SampleAsync(
            async seed =>
            {
                var spoiler = new Spoiler(new Random(seed), foreign);
                var operation = spoiler.OneOf(operations);
                // whatever settings come of it, the others need a site that takes comments
                var here = operation.Id == "putSite" ? await ApiSamples.OnASiteAsync(store) : samples;
                if (await here.MakeAsync(operation.Id) is not { } good)
                    return;
                var spoilt = spoiler.Spoil(good, operation);
                var sent = spoilt.SendAsync(store, operation);
                if (await Task.WhenAny(sent, Task.Delay(Patience)) != sent)
                    Assert.Fail($"No answer: {operation.Id} {JsonSerializer.Serialize(spoilt)}");
                var reply = await sent;

                var faults = document.Faults(operation, reply);
                // the list of sites is for administrators of all of them
                var isLeaking =
                    good.TokenSite is null && reply.Text.Contains(Secret, StringComparison.Ordinal);
                if (isLeaking || reply.Status == 500 || faults.Count > 0)
                    Assert.Fail(
                        $"{operation.Id} {JsonSerializer.Serialize(spoilt)}\n{reply.Status} {reply.Text}\n{string.Join('\n', faults)}"
                    );
            },
            iter: Endurance.Requests(400),
            threads: 4
        );
    }

    /// <summary>Another site with a bit of everything.</summary>
    /// <returns>Keys, ids and cursors that mean something there.</returns>
    async Task<string[]> AForeignSiteAsync()
    {
        var site = await store.ASiteAsync(new { name = Secret, bannedWords = new[] { $"{Secret}word" } });
        const string article = "foreign-article";
        const string author = "foreign-author";
        await site.PutArticleAsync(article, new { title = $"{Secret} title" });
        var comments = new List<Guid>();
        for (var n = 0; n < 3; n++)
            comments.Add(await site.ACommentAsync(article, author, $"{Secret} text {n}"));
        await site.SendAsync(
            "POST",
            $"/comments/{comments[0]}/flags",
            new { reason = "spam", note = Secret },
            site.Token("foreign-flagger", name: Secret)
        );
        var rejection = await site.DecideAsync(comments[1], "reject");
        var page = await site.GetAsync($"/articles/{article}/comments?limit=1");
        return
        [
            article,
            author,
            .. comments.Select(c => $"{c}"),
            page["nextCursor"].GetString()!,
            $"{rejection.Position}",
        ];
    }

    /// <summary>Spoils a request in one to three places.</summary>
    sealed class Spoiler(Random random, string[] foreign)
    {
        static readonly string[] Strange =
        [
            "0",
            "-1",
            "1.5",
            "101",
            "9223372036854775807",
            "99999999999999999999",
            "NaN",
            "true",
            "null",
            "undefined",
            "'; drop table comments; --",
            "%",
            "..%2f",
            "<script>",
            "\u0001",
            "\uFFFD",
            "\uD83D\uDE00",
            "a\u0301\u202E",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.9999999Z",
            "2026-02-30",
            "00000000-0000-0000-0000-000000000000",
            "pending",
            "Europe/Berlin",
            "*",
            " ",
            "site:x",
            "text:ada",
            "\"1\"",
            "W/\"1\"",
            "-a -b \"",
            "((((((((((",
            "a&&|!:*b",
        ];

        /// <summary>With it an answer has no end, or waits for what never comes.</summary>
        static readonly string[] Patient =
        [
            "follow",
            "ThreadStore-Min-Position",
            "minPosition",
            "atPosition",
        ];

        public T OneOf<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

        string Text() =>
            random.Next(6) switch
            {
                0 => OneOf(foreign),
                1 => new string(OneOf(Strange)[0], random.Next(1, 3_000)),
                2 => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => OneOf(Strange))),
                3 => string.Concat(
                    Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)random.Next(1, 0xD800))
                ),
                _ => OneOf(Strange),
            };

        public Sample Spoil(Sample good, ApiOperation operation)
        {
            var spoilt = good;
            for (var times = random.Next(1, 4); times > 0; times--)
                spoilt = random.Next(7) switch
                {
                    0 when good.Values.Count > 1 => spoilt.With(
                        OneOf([.. good.Values.Keys.Where(k => k != "site")]),
                        Text()
                    ),
                    1 or 2 when Named(operation, "query") is { } name => spoilt.Ask(
                        $"{name}={Uri.EscapeDataString(Text())}"
                    ),
                    3 when Named(operation, "header") is { } name => spoilt with
                    {
                        Headers = [(name, Header(Text()))],
                    },
                    4 => spoilt with
                    {
                        HasToken = random.Next(4) > 0,
                        Roles = (Role)random.Next(16),
                        Sub = random.Next(2) == 0 ? good.Sub : OneOf(foreign),
                    },
                    _ when good.Body is not null => spoilt with { Body = Body(spoilt.Body) },
                    _ => spoilt,
                };
            return spoilt;
        }

        string? Named(ApiOperation operation, string place)
        {
            var names = operation.Parameters(place).Except(Patient).ToArray();
            return names.Length == 0 ? null : OneOf(names);
        }

        /// <summary>What the client lets through.</summary>
        static string Header(string text) =>
            new([.. text.Where(c => c is >= ' ' and < (char)127).Take(4_000)]);

        object Body(object? before)
        {
            if (before is byte[] bytes)
                return bytes;
            var json = JsonSerializer.SerializeToNode(before, Json.Options)!;
            if (random.Next(8) == 0)
                return Cut(Encoding.UTF8.GetBytes(json.ToJsonString()));
            var holders = new List<JsonObject>();
            Collect(json, holders);
            if (holders.Count == 0)
                return json;
            var holder = OneOf(holders);
            var names = holder.Select(m => m.Key).Append(Text()).ToArray();
            var name = OneOf(names);
            if (random.Next(6) == 0)
                holder.Remove(name);
            else
                holder[name] = Value(depth: 0);
            return json;
        }

        byte[] Cut(byte[] bytes)
        {
            var at = random.Next(bytes.Length);
            return random.Next(3) switch
            {
                0 => bytes[..at],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                _ => [.. bytes[..at], .. bytes],
            };
        }

        static void Collect(JsonNode? node, List<JsonObject> into)
        {
            if (node is JsonObject o)
            {
                into.Add(o);
                foreach (var (_, value) in o)
                    Collect(value, into);
            }
            else if (node is JsonArray array)
                foreach (var item in array)
                    Collect(item, into);
        }

        JsonNode? Value(int depth) =>
            random.Next(depth > 3 ? 6 : 8) switch
            {
                0 => null,
                1 => random.Next(2) == 0,
                2 => random.Next(-2, 1_000),
                3 => random.NextDouble() * 1e300,
                4 or 5 => Text(),
                6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1))]),
                _ => new JsonObject(
                    Enumerable
                        .Range(0, random.Next(4))
                        .Select(n => KeyValuePair.Create($"{n}{Text()}", Value(depth + 1)))
                ),
            };
    }
}
