using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Mail;
using ThreadStore.Tests.Notices;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Transfer;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>Whoever reads logs, of servers that log as much as they can, learns nothing of people.</summary>
public class DebugLogTests(Store store)
{
    [Fact]
    public async Task A_log_from_debug_on_has_no_name_text_token_or_address()
    {
        using var log = new KeptLog();
        await using var node = await Node.StartLoggedAsync(store, log);
        var site = await node.ASiteAsync(MarkedPerson.Settings);
        var person = await MarkedPerson.WriteAsync(site);
        await node.IndexedAsync();
        // what is refused, and what is no request at all
        (
            await site.SendAsync(
                "POST",
                $"/articles/{person.Article}/comments",
                "{\"body\": \"zq7markbroken",
                site.Token(MarkedPerson.Other)
            )
        ).Expect(400);
        (
            await site.SendAsync(
                "POST",
                $"/articles/{person.Article}/comments",
                new { body = "zq7markunknown", nothing = "zq7markmember" },
                site.Token(MarkedPerson.Other)
            )
        ).Expect(400);
        (
            await site.SendAsync(
                "POST",
                $"/articles/{person.Article}/comments",
                new { body = "zq7marklate" },
                $"{person.Token}x"
            )
        ).Expect(401);
        await ImportJobTests.SendAsync(
            site,
            "/imports?format=artrans&siteUrl=https://n.example/",
            Encoding.UTF8.GetBytes(
                """[{"id":"1","page_key":"/a","nick":"zq7markann","email":"zq7markann@x.example","content":"zq7markimported","created_at":"soon"},{"id":"2","rid":"zq7markparent","page_key":"/a","nick":"zq7markann","content":"zq7markwell","created_at":"2020-01-01T00:00:00Z"}]"""
            )
        );
        // what stands in addresses: of a notice its secret, and what somebody searches for
        var notice = await site.ReportAsync(
            person.Answered,
            new
            {
                reason = "defamation",
                explanation = "zq7markexplained",
                name = "zq7markbea",
                email = "zq7markbea@x.example",
                goodFaith = true,
            }
        );
        var secret = notice["secret"].GetString()!;
        await site.AskAsync(notice);
        (await site.GetAsync("/search?q=zq7marksearched")).Expect(200);
        // and what ends somebody's mail
        var link = node.Services.GetRequiredService<UnsubscribeLinks>().Of("", site.Key, person.Answered);
        await Store.SendAsync(node.Client, "GET", link);
        (await site.EraseAsync(MarkedPerson.Key)).Expect(200);

        var all = log.All;
        Assert.DoesNotContain(all, l => l.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(all, l => l.Contains(link, StringComparison.Ordinal));
        // it is one that tells much
        Assert.Contains(all, l => l.StartsWith("Debug ", StringComparison.Ordinal));
        Assert.Contains(all, l => l.Contains("Microsoft.AspNetCore", StringComparison.Ordinal));
        // keys of people are in the addresses that are called, and say nothing by themselves
        var told = all.Where(l =>
            l.Replace(MarkedPerson.Key, "", StringComparison.Ordinal)
                .Contains(MarkedPerson.Needle, StringComparison.OrdinalIgnoreCase)
        );
        Assert.True(!told.Any(), string.Join('\n', told.Take(5)));
        Assert.DoesNotContain(all, l => l.Contains(person.Token[..40], StringComparison.Ordinal));
        Assert.DoesNotContain(all, l => l.Contains("Bearer ey", StringComparison.Ordinal));
        Assert.DoesNotContain(
            all,
            l => l.Contains(Encoding.UTF8.GetString(Store.Key), StringComparison.Ordinal)
        );
    }
}
