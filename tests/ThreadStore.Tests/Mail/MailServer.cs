using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>A mail server that keeps what it gets, and is out of order for those whom a test names.</summary>
public sealed class MailServer : IMessageStore, IMailboxFilter, IAsyncDisposable
{
    readonly CancellationTokenSource end = new();
    readonly ConcurrentQueue<(string To, MimeMessage Message)> received = new();
    Task? running;

    MailServer(int port) => Port = port;

    public int Port { get; }

    public string Url => $"smtp://127.0.0.1:{Port}";

    /// <summary>What is answered to a recipient, before anything of the mail was said; null: they are here.</summary>
    public Func<string, SmtpResponse?> Recipient { get; set; } = _ => null;

    /// <summary>What is done with a whole mail before it is answered; it is kept already.</summary>
    public Func<string, CancellationToken, Task<SmtpResponse>> Answer { get; set; } =
        (_, _) => Task.FromResult(SmtpResponse.Ok);

    /// <param name="port">Null: any that is free.</param>
    public static MailServer Start(int? port = null)
    {
        var server = new MailServer(port ?? FreePort());
        var options = new SmtpServerOptionsBuilder()
            .ServerName("mail.example")
            .Endpoint(e => e.Endpoint(new IPEndPoint(IPAddress.Loopback, server.Port)))
            .Build();
        var services = new ServiceProvider();
        services.Add((IMessageStore)server);
        services.Add((IMailboxFilter)server);
        server.running = new SmtpServer.SmtpServer(options, services).StartAsync(server.end.Token);
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public MimeMessage[] To(string address) =>
        [.. received.Where(m => m.To == address).Select(m => m.Message)];

    /// <summary>Waits for that many mails to somebody.</summary>
    public async Task<MimeMessage[]> GotAsync(string address, int count = 1)
    {
        await Until.TrueAsync(() => Task.FromResult(To(address).Length >= count), $"{count} mails");
        return To(address);
    }

    public Task<bool> CanAcceptFromAsync(
        ISessionContext context,
        IMailbox from,
        int size,
        CancellationToken cancellationToken
    ) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(
        ISessionContext context,
        IMailbox to,
        IMailbox from,
        CancellationToken cancellationToken
    ) =>
        Recipient(to.AsAddress()) is { } refusal
            ? throw new SmtpResponseException(refusal)
            : Task.FromResult(true);

    public async Task<SmtpResponse> SaveAsync(
        ISessionContext context,
        IMessageTransaction transaction,
        ReadOnlySequence<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        var to = Assert.Single(transaction.To).AsAddress();
        using var bytes = new MemoryStream(buffer.ToArray());
        received.Enqueue((to, await MimeMessage.LoadAsync(bytes, cancellationToken)));
        return await Answer(to, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        if (running is not null)
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }
}

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
