using System.Text;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Values of other systems that can't be believed, or can't be stored.</summary>
public sealed class ForeignValueTests(Store store)
{
    const string Header = """{"type":"header","format":"threadstore-ndjson","version":1}""";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0500-01-01T00:00:00Z")]
    [InlineData("0999-12-31T23:59:59Z")]
    [InlineData("9000-01-01T00:00:00Z")]
    [InlineData("9998-01-01T00:00:00Z")]
    [InlineData("1000-01-01T00:30:00+01:00")]
    public void A_year_in_which_nobody_wrote_is_no_time_but_may_date_a_page(string time)
    {
        Assert.Equal("bad-date", Assert.Throws<UnreadableException>(() => Fields.Time(time)).Kind);
        Assert.NotNull(Fields.AnyTime(time));
        var seconds = Fields.AnyTime(time)!.Value.ToUnixTimeSeconds();
        Assert.Equal("bad-date", Assert.Throws<UnreadableException>(() => Fields.Unix(seconds)).Kind);
    }

    [Fact]
    public async Task What_is_imported_can_be_exported_and_imported_again()
    {
        var (site, copy) = (await store.ASiteAsync(), await store.ASiteAsync());
        using var files = new ForeignFiles(store.Database, site.Key);
        static string Comment(int id, string author, string? at, string article = "a") =>
            JsonSerializer.Serialize(
                new
                {
                    type = "comment",
                    externalId = $"{id}",
                    article,
                    author,
                    createdAt = at,
                    body = $"text {id}",
                }
            );

        var report = await files.ImportAsync(
            "threadstore",
            string.Join(
                '\n',
                Header,
                """{"type":"article","key":"a","title":"A","publishedAt":"9999-12-31T00:00:00Z"}""",
                """{"type":"article","key":"b","title":"B","publishedAt":"0500-01-01T00:00:00Z"}""",
                """{"type":"commenter","externalId":"ada","name":"Ada","joinedAt":"0500-01-01T00:00:00Z"}""",
                Comment(1, "ada", "2020-01-01T00:00:00Z"),
                Comment(2, "ben", "0500-01-01T00:00:00Z"),
                Comment(3, "ada", "9000-01-01T00:00:00Z"),
                Comment(4, "ada", null),
                Comment(5, "ada", null, "b"),
                """{"type":"reaction","comment":"1","commenter":"ben","kind":"up","createdAt":"9998-01-01T00:00:00Z"}"""
            )
        );

        Assert.Equal(new ImportTally(Articles: 2, Commenters: 1, Comments: 3), report.Created);
        Assert.Equal(new ImportTally(Commenters: 1, Comments: 2, Reactions: 1), report.Rejected);
        Assert.Equal(["4: bad-date", "6: bad-date", "7: bad-date", "10: bad-date"], files.Told);
        using var export = new MemoryStream();
        await new ExportSite(store.Database, site.Key).RunAsync(() => export, _ => { }, Ct);
        var refused = new List<FeedProblem>();
        await using var import = await ImportFeed.OpenAsync(store.Database, copy.Key, isDry: false, Ct);
        await import.RunAsync(new MemoryStream(export.ToArray()), refused.Add, (_, _) => { }, Ct);
        // but for the settings, which the copy has its own of
        Assert.DoesNotContain(refused, r => !r.Reason.Contains("settings", StringComparison.Ordinal));
        Assert.Equal(
            3,
            (await copy.GetAsync("/commenters/threadstore:ada/comments"))
                .Expect(200)["items"]
                .GetArrayLength()
        );
    }

    [Fact]
    public async Task An_id_that_can_not_be_stored_is_told_and_a_text_is_kept_without_the_character()
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);

        var report = await files.ImportAsync(
            "threadstore",
            string.Join(
                '\n',
                Header,
                """{"type":"article","key":"a","title":"A\u0000B"}""",
                """{"type":"commenter","externalId":"ad\u0000a","name":"Ada"}""",
                """{"type":"comment","externalId":"1","article":"a","author":"ada","body":"one\u0000two"}""",
                """{"type":"comment","externalId":"2","article":"a","author":"ad\u0000a","body":"x"}""",
                """{"type":"comment","externalId":"3\u0000","article":"a","author":"ada","body":"x"}""",
                """{"type":"comment","externalId":"4","parent":"\u00001","article":"a","author":"ada","body":"x"}""",
                """{"type":"reaction","comment":"1","commenter":"be\u0000n","kind":"up"}"""
            )
        );

        Assert.Equal(new ImportTally(Articles: 1, Commenters: 1, Comments: 1), report.Created);
        Assert.Equal(new ImportTally(Commenters: 1, Comments: 3, Reactions: 1), report.Rejected);
        Assert.Equal(
            [
                "2: character-dropped",
                "3: bad-id",
                "4: character-dropped",
                "5: bad-id",
                "6: bad-id",
                "7: bad-id",
                "8: bad-id",
            ],
            files.Told
        );
        var comment = StreamId.Import(site.Key, "threadstore", "1");
        Assert.Contains(
            "onetwo",
            (await site.GetAsync($"/comments/{comment}")).Expect(200).Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("livefyre", """{"id":2,"source":"https://n.example/2","title":"T","comments":"x"}""")]
    [InlineData("isso", """[{"id":"/2","title":"T","comments":{"id":1}}]""")]
    public async Task Comments_that_are_no_list_are_told(string format, string text)
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);

        var report = await files.ImportAsync(format, text);

        Assert.Equal(new ImportTally(Articles: 1), report.Created);
        Assert.Equal(new ImportTally(Comments: 1), report.Rejected);
        Assert.Equal("1: malformed", files.Told.First());
        Assert.Equal("its comments are no list.", files.Problems[0].Message);
    }

    [Fact]
    public async Task A_zip_that_is_cut_off_is_told_by_its_name_and_what_to_do()
    {
        var site = await store.ASiteAsync();
        var ended = await ImportJobTests.SendAsync(
            site,
            "/imports",
            Encoding.UTF8.GetBytes("PK\u0003\u0004 and so on")
        );

        Assert.Equal("failed", ended["state"].GetString());
        var told = await site.GetAsync($"/imports/{ended["id"]}/problems", site.Token("ada", Role.Admin));
        Assert.Matches(
            "upload can.{1,6}t be unpacked; it may have been cut off: send it whole, or ",
            told.Text
        );
    }
}
