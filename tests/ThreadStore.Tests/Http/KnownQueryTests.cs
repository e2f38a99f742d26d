using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class KnownQueryTests(Store store)
{
    [Fact]
    public async Task A_parameter_that_an_operation_does_not_know_is_refused_by_every_one()
    {
        var document = await ApiDocument.ReadAsync(store);
        var samples = await ApiSamples.OnASiteAsync(store);
        var complaints = new List<string>();
        foreach (var operation in document.Operations)
        {
            if (await samples.MakeAsync(operation.Id) is not { } good)
                continue;
            var reply = await good.Ask("lmit=5").SendAsync(store, operation);
            if (
                reply is not { Status: 400, Code: "bad-request" }
                || !reply.Text.Contains("'lmit'", StringComparison.Ordinal)
            )
                complaints.Add($"{operation.Id}: {reply.Status} {reply.Text}");
        }

        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
    }

    [Fact]
    public async Task A_slip_in_dryRun_posts_nothing()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var path = $"/articles/{article}/comments";

        var refused = await site.SendAsync(
            "POST",
            $"{path}?dry-run=true",
            new { body = "Hello" },
            site.Token("ada")
        );

        Assert.Contains(
            "It takes dryRun, minPosition.",
            refused.Expect(400, "bad-request").Text,
            StringComparison.Ordinal
        );
        Assert.Equal(0, (await site.GetAsync(path)).Expect(200).Json.GetProperty("commentCount").GetInt32());
    }

    [Fact]
    public async Task The_position_may_be_asked_for_everywhere_and_as_it_was()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        (await site.GetAsync($"/articles/{article}?minPosition=1")).Expect(200);
        (await site.GetAsync($"/articles/{article}/comments?LIMIT=1&minposition=1")).Expect(200);
    }

    [Fact]
    public async Task A_write_that_says_all_in_its_address_takes_no_member_and_nothing_malformed()
    {
        var document = await ApiDocument.ReadAsync(store);
        var samples = await ApiSamples.OnASiteAsync(store);
        var (complaints, tried) = (new List<string>(), 0);
        foreach (var operation in document.Operations)
        {
            if (operation.Method == "GET" || operation.Json.TryGetProperty("requestBody", out _))
                continue;
            if (await samples.MakeAsync(operation.Id) is not { } good)
                continue;
            tried++;
            foreach (
                var (body, code) in (IEnumerable<(string, string)>)
                    [("{\"typo\":1}", "validation"), ("{bad", "bad-request"), ("[]", "bad-request")]
            )
            {
                var reply = await (good with { Body = body }).SendAsync(store, operation);
                if (reply.Status != 400 || reply.Code != code)
                    complaints.Add($"{operation.Id} {body}: {reply.Status} {reply.Text}");
            }
            var taken = await (good with { Body = "{}" }).SendAsync(store, operation);
            if (taken.Status is < 200 or >= 300)
                complaints.Add($"{operation.Id} {{}}: {taken.Status} {taken.Text}");
        }

        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
        Assert.InRange(tried, 10, 100);
    }
}
