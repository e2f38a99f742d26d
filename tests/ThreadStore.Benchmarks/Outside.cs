using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using MimeKit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ThreadStore.Benchmarks;

/// <summary>
/// All who are told of a site's comments outside of it, real ones on this machine: a webhook's receiver, a RabbitMQ with
/// a queue of what is posted, and a mail server.
/// </summary>
sealed partial class Outside : IAsyncDisposable
{
    const string Queue = "told";

    readonly RabbitServer? rabbit;
    readonly WebhookReceiver receiver;
    readonly MailServer mail = MailServer.Start();
    readonly ConcurrentQueue<(Guid Comment, string Id)> events = new();
    IConnection? connection;

    Outside(RabbitServer? rabbit, WebhookReceiver receiver) =>
        (this.rabbit, this.receiver) = (rabbit, receiver);

    public string WebhookUrl => receiver.Url;

    /// <summary>Of a server that tells them, as in the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["ThreadStore__Broker__Url"] = $"{rabbit?.Url}",
            ["ThreadStore__Deliveries__AllowPrivateAddresses"] = "true",
            ["ThreadStore__Smtp__Url"] = mail.Url,
            ["ThreadStore__Smtp__From"] = "comments@news.example",
            // a node that died has its webhooks for ten seconds and this
            ["ThreadStore__Webhooks__Timeout"] = "00:00:01",
        };

    /// <param name="withBroker">False: there is none, and nobody asks it.</param>
    public static async Task<Outside> StartAsync(
        CancellationToken ct,
        bool withBroker = true,
        params string[] sites
    )
    {
        var outside = new Outside(
            withBroker ? await RabbitServer.StartAsync(ct) : null,
            await WebhookReceiver.StartAsync(ct)
        );
        if (outside.rabbit is { } rabbit)
            await outside.SubscribeAsync(rabbit, sites, ct);
        return outside;
    }

    /// <summary>Before the server first connects: what nobody has bound is dropped.</summary>
    async Task SubscribeAsync(RabbitServer rabbit, string[] sites, CancellationToken ct)
    {
        connection = await rabbit.ConnectAsync(ct);
        var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        const string exchange = Broker.BrokerSender.Name;
        await channel.ExchangeDeclareAsync(
            exchange,
            ExchangeType.Topic,
            durable: true,
            cancellationToken: ct
        );
        await channel.QueueDeclareAsync(
            Queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            cancellationToken: ct
        );
        foreach (var site in sites)
            await channel.QueueBindAsync(Queue, exchange, $"{site}.comment-posted", cancellationToken: ct);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            var told = JsonSerializer.Deserialize<JsonElement>(e.Body.Span).GetProperty("data");
            // the event's own: a message's names its position, which is another where a site has moved
            events.Enqueue(
                (told.GetProperty("data").GetProperty("commentId").GetGuid(), $"{told.GetProperty("id")}")
            );
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Queue, autoAck: true, consumer, ct);
    }

    /// <summary>Comments of which each was told, by the id of each message; of the same id several.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<(Guid Comment, string Id)>> Told(string address)
    {
        var told = new Dictionary<string, IReadOnlyList<(Guid, string)>>
        {
            ["webhook"] = [.. receiver.Told.Select(t => (t.Comment ?? default, t.Id))],
            ["mail"] = [.. mail.To(address).Select(m => (CommentOf(m), m.MessageId ?? ""))],
        };
        if (rabbit is not null)
            told["broker"] = [.. events];
        return told;
    }

    static Guid CommentOf(MimeMessage mail) =>
        LinkToComment().Match(mail.TextBody ?? "") is { Success: true } link
            ? Guid.Parse(link.Groups[1].ValueSpan)
            : default;

    [GeneratedRegex("#comment-([0-9a-f-]{36})")]
    private static partial Regex LinkToComment();

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        if (rabbit is not null)
            await rabbit.DisposeAsync();
        await receiver.DisposeAsync();
        await mail.DisposeAsync();
    }
}
