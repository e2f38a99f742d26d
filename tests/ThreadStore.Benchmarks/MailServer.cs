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

namespace ThreadStore.Benchmarks;

/// <summary>A mail server that keeps what it gets, and is out of order for whom one names.</summary>
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
        var to = transaction.To.Single().AsAddress();
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
