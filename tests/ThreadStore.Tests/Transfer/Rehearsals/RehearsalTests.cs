using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer.Rehearsals;
using Xunit;

namespace ThreadStore.Tests.Transfer.Rehearsals;

public class RehearsalTests(Store store)
{
    /// <summary>So fast that nothing is waited for.</summary>
    const double AtOnce = 1e9;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Rehearsal Of(RehearsalRequest request, TimeProvider? clock = null) =>
        new(
            store.Database,
            store.Database,
            request,
            store.Services.GetRequiredService<ErasureHash>(),
            clock ?? TimeProvider.System
        );

    static string NewKey() => $"s{Guid.NewGuid():N}";

    /// <summary>Two articles; three comments on the first, of which one is rejected.</summary>
    async Task<(TestSite Site, long From, long Middle, long To)> AHistoryAsync(object? settings = null)
    {
        var site = await store.ASiteAsync(settings);
        var from = (await site.PutArticleAsync("bridge", new { title = "The old bridge" })).Position;
        var first = await site.ACommentAsync("bridge", "harbourcat", "It has never been late.");
        var middle = (await site.PutArticleAsync("other")).Position;
        var second = await site.ACommentAsync("bridge", "lena-voss", "@harbourcat Agreed.", first);
        (
            await site.SendAsync("PUT", $"/comments/{first}/reactions/like", token: site.Token("lena-voss"))
        ).Expect(200);
        var last = await site.SendAsync(
            "POST",
            $"/comments/{second}/reject",
            new { reason = "spam", note = "The third time" },
            site.Token("moderator-mia", Role.Moderator)
        );
        return (site, from, middle, last.Expect(200).Position);
    }

    [Fact]
    public async Task A_stretch_begins_with_the_site_as_it_stood_and_says_who_replied_to_whom()
    {
        var (site, _, middle, to) = await AHistoryAsync(new { name = "The Gazette", maxDepth = 7 });
        var copy = new TestSite(store, NewKey());

        var outcome = await Of(new(site.Key, middle, to, copy.Key, AtOnce)).RunAsync(_ => { }, Ct);

        Assert.Equal(outcome.Source, outcome.Copy);
        Assert.Empty(outcome.LeftOut);
        Assert.Equal(to, outcome.Last);
        // the settings, an article, a person and their comment came before
        Assert.Equal(4, outcome.Before);
        var settings = (await copy.GetAsync("", copy.Token("root", Role.Admin))).Expect(200);
        Assert.Equal(7, settings["maxDepth"].GetInt32());
        Assert.DoesNotContain("Gazette", settings.Text, StringComparison.Ordinal);
        var feed = (await copy.GetAsync("/events?limit=100", copy.Token("ana", Role.Analyst)))
            .Expect(200)
            .Text;
        foreach (var word in (string[])["bridge", "harbourcat", "lena", "mia", "Agreed", "third", "late"])
            Assert.DoesNotContain(word, feed, StringComparison.OrdinalIgnoreCase);
        var article = (await copy.GetAsync("/articles?sort=mostCommented"))["items"][0];
        var thread = await copy.GetAsync($"/articles/{article.GetProperty("key").GetString()}/comments");
        Assert.Equal(1, thread["commentCount"].GetInt32());
        var comment = thread["items"][0];
        Assert.Equal("It has never been late.".Length, comment.GetProperty("body").GetString()!.Length);
        Assert.Equal(1, comment.GetProperty("reactions").GetProperty("like").GetInt32());
        // the mention names the same person as the comment that is replied to does
        Assert.Contains(
            $"\"@{comment.GetProperty("author").GetProperty("key").GetString()} ",
            feed,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task It_plays_in_its_own_rhythm()
    {
        var (site, from, _, to) = await AHistoryAsync();
        // as if it had taken three hours: an event a second, the last after a long pause
        await using (
            var spread = store.Database.CreateCommand(
                """
                update threadstore.mt_events e set timestamp = timestamptz '2021-04-02T10:00Z'
                  + case when e.seq_id = $2 then interval '3 hours' else n * interval '1 second' end
                from (select seq_id, row_number() over (order by seq_id) - 1 as n from threadstore.mt_events
                  where tenant_id = $1 and seq_id >= $3) as ordered
                where e.tenant_id = $1 and e.seq_id = ordered.seq_id
                """
            )
        )
        {
            spread.Parameters.Add(new() { Value = site.Key });
            spread.Parameters.Add(new() { Value = to });
            spread.Parameters.Add(new() { Value = from });
            await spread.ExecuteNonQueryAsync(Ct);
        }
        var (copy, clock, events) = (new TestSite(store, NewKey()), new ManualClock(), 0L);
        // the settings were made before it
        const int before = 1;
        var running = Of(new(site.Key, from, to, copy.Key, Speed: 10), clock)
            .RunAsync(p => Interlocked.Exchange(ref events, p.Events), Ct);
        async Task PlayedAsync(int count)
        {
            await Until.TrueAsync(
                () => Task.FromResult(running.IsCompleted || clock.IsWaitedFor && events >= before + count),
                $"{count} are played"
            );
            Assert.Equal(before + count, Interlocked.Read(ref events));
        }
        var all = (int)await site.CountEventsAsync() - before;

        for (var played = 1; played < all; played++)
        {
            await PlayedAsync(played);
            if (played < all - 1)
                clock.Advance(TimeSpan.FromSeconds(0.1));
        }
        clock.Advance(
            TimeSpan.FromSeconds(1080)
                - TimeSpan.FromTicks(clock.GetTimestamp())
                - TimeSpan.FromMilliseconds(1)
        );
        await PlayedAsync(all - 1);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var outcome = await running;

        Assert.Equal(outcome.Source, outcome.Copy);
        Assert.Equal((TimeSpan.FromSeconds(1080), TimeSpan.FromSeconds(1080)), (outcome.Due, outcome.Took));
        Assert.True(outcome.IsInRhythm);
    }

    [Fact]
    public async Task What_is_ended_in_the_middle_says_up_to_where_and_goes_on_from_there()
    {
        var (site, from, middle, to) = await AHistoryAsync();
        var copy = new TestSite(store, NewKey());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var request = new RehearsalRequest(site.Key, from, to, copy.Key, 1e-6, Seed: "again");

        var cut = await Of(request).RunAsync(p => EndAt(p.Position), ending.Token);
        var rest = await Of(request with { From = cut.Last + 1, Speed = AtOnce, BesideOthers = true })
            .RunAsync(_ => { }, Ct);

        Assert.Equal(((long)1, (string?)null, from), (cut.Played, cut.Copy, cut.Last));
        Assert.Equal(rest.Source, rest.Copy);
        Assert.Equal(await site.CountEventsAsync(), await copy.CountEventsAsync());
        // once more is refused, and adds nothing
        var again = await Assert.ThrowsAsync<StartupException>(() =>
            Of(request with { Speed = AtOnce, BesideOthers = true }).RunAsync(_ => { }, Ct)
        );
        Assert.Contains("this seed", again.Message, StringComparison.Ordinal);
        Assert.Equal(await site.CountEventsAsync(), await copy.CountEventsAsync());

        // the next would be due in a long time
        void EndAt(long position)
        {
            if (position >= from)
                ending.Cancel();
        }
    }

    [Fact]
    public async Task Who_decides_there_first_is_told_what_was_left_out()
    {
        var (site, from, middle, to) = await AHistoryAsync();
        var copy = new TestSite(store, NewKey());
        var request = new RehearsalRequest(site.Key, from, to - 1, copy.Key, AtOnce, Seed: "lesson");
        await Of(request).RunAsync(_ => { }, Ct);
        var reply = (
            await copy.GetAsync("/events?type=comment-posted&limit=100", copy.Token("a", Role.Analyst))
        )
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<JsonElement>(l).GetProperty("data"))
            .Last();
        (
            await copy.SendAsync(
                "POST",
                $"/comments/{reply.GetProperty("commentId")}/reject",
                new { reason = "spam" },
                copy.Token("trainee", Role.Moderator)
            )
        ).Expect(200);

        var outcome = await Of(request with { From = to, To = to, BesideOthers = true })
            .RunAsync(_ => { }, Ct);

        Assert.Contains("comment-rejected", Assert.Single(outcome.LeftOut), StringComparison.Ordinal);
        Assert.NotEqual(outcome.Source, outcome.Copy);
    }

    [Fact]
    public async Task Whoever_is_there_already_stays_who_they_are()
    {
        var (site, from, middle, to) = await AHistoryAsync();
        var other = await store.ASiteAsync();
        var name = Pseudonyms.Of("theirs", Kept.Nothing).Person("harbourcat");
        await other.PutArticleAsync("bridge");
        await other.ACommentAsync("bridge", name, "Mine");
        await other.ACommentAsync("bridge", "lena-voss", "And mine");
        var (request, events) = (
            new RehearsalRequest(site.Key, middle, to, other.Key, AtOnce, Seed: "theirs", BesideOthers: true),
            await other.CountEventsAsync()
        );

        foreach (
            var (keep, words) in new[]
            {
                (Kept.Names, "such as 'lena-voss': name another site, or leave out --keep names"),
                (Kept.Texts, "such as 'bridge': name another site, or leave out --keep texts"),
            }
        )
        {
            var refused = await Assert.ThrowsAsync<StartupException>(() =>
                Of(request with { Keep = keep }).RunAsync(_ => { }, Ct)
            );
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(events, await other.CountEventsAsync());
        var outcome = await Of(request).RunAsync(_ => { }, Ct);

        Assert.True(outcome.IsComplete);
        var theirs = (await other.GetAsync($"/commenters/{name}", other.Token(name))).Expect(200);
        Assert.Equal(1, theirs["commentCount"].GetInt32());
    }

    [Fact]
    public async Task What_can_not_be_played_is_refused_before_anything_is_written()
    {
        var (site, from, _, to) = await AHistoryAsync();
        var other = await store.ASiteAsync();
        await other.ACommentAsync(await other.AnArticleAsync(), "ada", "Mine");
        var request = new RehearsalRequest(site.Key, from, to, NewKey(), AtOnce);

        foreach (
            var (asked, words) in new[]
            {
                (request with { Site = "nowhere" }, "no site 'nowhere'"),
                (request with { To = long.MaxValue }, "ends at position"),
                (request with { Into = site.Key }, "the source itself"),
                (request with { Into = other.Key }, "has comments"),
                (request with { Site = other.Key, From = from, To = to }, "Nothing happened"),
            }
        )
        {
            var refused = await Assert.ThrowsAsync<StartupException>(() => Of(asked).RunAsync(_ => { }, Ct));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, await new TestSite(store, request.Into).CountEventsAsync());
        Assert.Equal(4, await other.CountEventsAsync());
    }
}
