using System.Text;
using ThreadStore.History.Replays;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Transfer;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>Whatever a person wrote is in no place after they were erased.</summary>
public class ErasedMarkTests(Store store)
{
    [Fact]
    public async Task A_mark_in_every_place_where_a_person_can_write_is_nowhere_after_erasing_them()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(MarkedPerson.Settings);
        var person = await MarkedPerson.WriteAsync(site);
        await ImportJobTests.SendAsync(
            site,
            "/imports?format=artrans",
            Encoding.UTF8.GetBytes(
                $$"""[{"id":"{{MarkedPerson.Key}}","page_key":"/a","nick":"Ann","created_at":"soon"}]"""
            )
        );
        await node.IndexedAsync();
        var places = await node.Database.PlacesAsync(MarkedPerson.Needle);
        Assert.Contains("threadstore.import_problems.line", places);
        using var lake = new Lake();
        using var lines = new Lake();
        var held = await lake.ReplayAsync(node.Database, site.Key);
        var live = $"{site.Path}/articles/{person.Article}/live";
        string before;
        await using (var reader = await LiveReader.OpenAsync(node.Client, live))
        {
            await site.ACommentAsync(person.Article, MarkedPerson.Other, "Anything new?");
            before = (await reader.NextAsync()).Key;
        }

        var certificate = (await site.EraseAsync(MarkedPerson.Key)).Expect(200);

        Assert.Equal(
            ["id", "erasedAt", "position", "comments", "events", "models"],
            certificate.Json.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(certificate.Position, certificate["position"].GetInt64());
        await node.IndexedAsync();
        Assert.Empty(await node.Database.PlacesAsync(MarkedPerson.Needle));
        foreach (var answer in await AnswersAsync(person))
            Assert.DoesNotContain(MarkedPerson.Needle, answer, StringComparison.Ordinal);
        await node.AssertErasureLawsAsync();
        // who comes back to a live thread, and who replays
        await using (var reader = await LiveReader.OpenAsync(node.Client, live, before))
        {
            var last = await site.ACommentAsync(person.Article, MarkedPerson.Other, "Still here");
            for (var item = await reader.ReadAsync(); ; item = await reader.ReadAsync())
            {
                Assert.DoesNotContain(MarkedPerson.Needle, $"{item?.Text}", StringComparison.Ordinal);
                if (item is null || item.Text.Contains($"{last}", StringComparison.Ordinal))
                    break;
            }
        }
        await Assert.ThrowsAsync<StartupException>(() =>
            lake.ReplayAsync(node.Database, site.Key, after: held.LastPosition)
        );
        Directory.Delete(lake.Folder, recursive: true);
        await lake.ReplayAsync(node.Database, site.Key);
        foreach (var table in Lake.Tables)
            Assert.DoesNotContain(
                lake.Query($"select t::varchar from {{{table}}} t"),
                row => $"{row[0]}".Contains(MarkedPerson.Needle, StringComparison.OrdinalIgnoreCase)
            );
        await lines.ReplayAsync(node.Database, site.Key, format: ReplayFormat.Ndjson);
        foreach (var file in Directory.EnumerateFiles(lines.Folder, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(
                MarkedPerson.Needle,
                await System.IO.File.ReadAllTextAsync(file, ct),
                StringComparison.OrdinalIgnoreCase
            );
        // whatever is made anew is made of what is left
        await RepairRows.RunAsync(node.Database, _ => { }, ct);
        await RepairReports.RunAsync(node.Database, _ => { }, ct);
        await using var another = await node.AnotherAsync();
        Assert.Empty(await node.Database.PlacesAsync(MarkedPerson.Needle));
        foreach (var answer in await AnswersAsync(person.On(another.Client)))
            Assert.DoesNotContain(MarkedPerson.Needle, answer, StringComparison.Ordinal);
    }

    /// <summary>All that anybody can be told about what they took part in.</summary>
    static async Task<List<string>> AnswersAsync(MarkedPerson person)
    {
        var site = person.Site;
        var root = site.Token("root", Role.Admin);
        var answers = new List<string>();
        foreach (
            var path in (string[])
                [
                    $"/articles/{person.Article}/comments?replies=10",
                    $"/comments/{person.Reply}",
                    $"/comments/{person.Answered}/history",
                    $"/articles/{person.Article}/me",
                    "/events?limit=10000",
                    "/moderation/log?limit=100",
                    "/moderation/queue?state=rejected",
                    "/moderation/queue?state=flagged",
                    "/moderation/queue?state=pending",
                    "/moderation/appeals",
                    "/admin/log",
                    "/erasures",
                    "/keys",
                    "/api-keys",
                    "/comments.json",
                    "/comments.atom",
                    "/me/notifications",
                    "/me/ignored",
                    "/analytics/moderation",
                    "/analytics/commenters",
                ]
        )
            answers.Add((await site.GetAsync(path, root)).Expect(200).Text);
        answers.Add(
            (await site.GetAsync($"/me/notifications", site.Token(MarkedPerson.Other))).Expect(200).Text
        );
        return answers;
    }
}
