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

    readonly RabbitServer rabbit;
    readonly WebhookReceiver receiver;
    readonly MailServer mail = MailServer.Start();
    readonly ConcurrentQueue<(Guid Comment, string Id)> events = new();
    IConnection? connection;

    Outside(RabbitServer rabbit, WebhookReceiver receiver) =>
        (this.rabbit, this.receiver) = (rabbit, receiver);

    public string WebhookUrl => receiver.Url;

    /// <summary>Of a server that tells them, as in the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["ThreadStore__Broker__Url"] = $"{rabbit.Url}",
            ["ThreadStore__Deliveries__AllowPrivateAddresses"] = "true",
            ["ThreadStore__Smtp__Url"] = mail.Url,
            ["ThreadStore__Smtp__From"] = "comments@news.example",
            // a node that died has its webhooks for ten seconds and this
            ["ThreadStore__Webhooks__Timeout"] = "00:00:01",
        };

    public static async Task<Outside> StartAsync(string site, CancellationToken ct)
    {
        var outside = new Outside(await RabbitServer.StartAsync(ct), await WebhookReceiver.StartAsync(ct));
        await outside.SubscribeAsync(site, ct);
        return outside;
    }

    /// <summary>Before the server first connects: what nobody has bound is dropped.</summary>
    async Task SubscribeAsync(string site, CancellationToken ct)
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
        await channel.QueueBindAsync(Queue, exchange, $"{site}.comment-posted", cancellationToken: ct);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            var told = JsonSerializer.Deserialize<JsonElement>(e.Body.Span);
            var comment = told.GetProperty("data").GetProperty("data").GetProperty("commentId").GetGuid();
            events.Enqueue((comment, e.BasicProperties.MessageId ?? ""));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Queue, autoAck: true, consumer, ct);
    }

    /// <summary>Comments of which each was told, by the id of each message; of the same id several.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<(Guid Comment, string Id)>> Told(string address) =>
        new Dictionary<string, IReadOnlyList<(Guid, string)>>
        {
            ["webhook"] = [.. receiver.Told.Select(t => (t.Comment ?? default, t.Id))],
            ["broker"] = [.. events],
            ["mail"] = [.. mail.To(address).Select(m => (CommentOf(m), m.MessageId ?? ""))],
        };

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
        await rabbit.DisposeAsync();
        await receiver.DisposeAsync();
        await mail.DisposeAsync();
    }
}
