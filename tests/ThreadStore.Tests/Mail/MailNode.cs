using MimeKit;
using ThreadStore.Benchmarks;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>A server that is impatient with its mail server, on a database of its own.</summary>
public sealed class MailNode(Store store) : IAsyncLifetime
{
    Node? node;

    public MailServer Mail { get; } = MailServer.Start();

    public Node Node => node ?? throw new InvalidOperationException("Not started.");

    public static (string, string)[] Settings(string url) =>
        [
            ("ThreadStore:Smtp:Url", url),
            ("ThreadStore:Smtp:From", "comments@news.example"),
            ("ThreadStore:Smtp:Timeout", "00:00:02"),
            ("ThreadStore:Smtp:FirstRetry", "00:00:00.050"),
            ("ThreadStore:Smtp:LongestRetry", "00:00:00.200"),
        ];

    public async ValueTask InitializeAsync() =>
        node = await Node.StartAsync(store, connectionString: null, Settings(Mail.Url));

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
            await node.DisposeAsync();
        await Mail.DisposeAsync();
    }
}

/// <summary>What people do who want mail.</summary>
public static class MailReader
{
    /// <summary>Waits for that many mails to somebody.</summary>
    public static async Task<MimeMessage[]> GotAsync(this MailServer server, string address, int count = 1)
    {
        await Until.TrueAsync(() => Task.FromResult(server.To(address).Length >= count), $"{count} mails");
        return server.To(address);
    }

    /// <summary>The lines of comments in it.</summary>
    public static string[] Quoted(this MimeMessage mail) =>
        [.. mail.Said().Split('\n').Where(l => l.StartsWith('>'))];

    public static string Said(this MimeMessage mail) => (mail.TextBody ?? "").ReplaceLineEndings("\n");

    /// <summary>Nobody else's in any test.</summary>
    public static string AnAddress(string name = "reader") => $"{name}-{Guid.NewGuid():N}@example.org";

    public static string TokenWith(this TestSite site, string sub, string? email, object? verified = null) =>
        Jwt.Of(
            new Dictionary<string, object?>
            {
                ["sub"] = sub,
                ["name"] = sub,
                ["site"] = site.Key,
                ["exp"] = Jwt.In(TimeSpan.FromMinutes(10)),
                ["email"] = email,
                ["email_verified"] = verified ?? true,
            }
        );

    public static Task<Reply> WishAsync(this TestSite site, string token, object? body) =>
        site.SendAsync("PUT", "/me/preferences", body, token);

    /// <summary>Somebody wants mail about all.</summary>
    public static async Task<string> WantsMailAsync(
        this TestSite site,
        string sub,
        string frequency = "instant",
        string? address = null
    )
    {
        address ??= AnAddress(sub);
        var email = new
        {
            replies = frequency,
            decisions = frequency,
            mentions = frequency,
        };
        (await site.WishAsync(site.TokenWith(sub, address), new { email })).Expect(200);
        return address;
    }
}
