using RabbitMQ.Client;
using Wolverine;
using Wolverine.RabbitMQ;
using Wolverine.RabbitMQ.Internal;
using Wolverine.Runtime;
using Wolverine.Transports.Sending;

namespace ThreadStore.Broker;

/// <summary>
/// Wolverine's RabbitMQ transport, in a host of its own: a server that has no broker starts none of it. Whoever sends
/// waits for the broker's confirmation.
/// </summary>
public sealed class RabbitSender : IAsyncDisposable
{
    public const string Exchange = "threadstore.events";

    readonly IHost host;
    readonly ISender sender;

    RabbitSender(IHost host, ISender sender) => (this.host, this.sender) = (host, sender);

    /// <exception cref="Exception">The broker can't be reached, or refuses; whatever the transport throws then.</exception>
    public static async Task<RabbitSender> OpenAsync(Uri url, CancellationToken ct)
    {
        var host = new HostBuilder()
            .ConfigureServices(s => s.AddSingleton<IHostLifetime, NoLifetime>())
            .UseWolverine(o => Configure(o, url), ExtensionDiscovery.ManualOnly)
            .Build();
        try
        {
            await host.StartAsync(ct);
            var agent = host
                .Services.GetRequiredService<IWolverineRuntime>()
                .Endpoints.GetOrBuildSendingAgent(RabbitMqEndpointUri.Exchange(Exchange));
            // the agent would try again behind our back, and say that it was sent
            return agent is InlineSendingAgent { Sender: var sender }
                ? new(host, sender)
                : throw new InvalidOperationException("Wolverine sends otherwise than it is told to.");
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    static void Configure(WolverineOptions o, Uri url)
    {
        o.ApplicationAssembly = typeof(Server).Assembly;
        // it only sends: no handlers, no inbox, no agents to keep
        o.Discovery.DisableConventionalDiscovery();
        o.CodeGeneration.TypeLoadMode = JasperFx.CodeGeneration.TypeLoadMode.Static;
        o.Durability.Mode = DurabilityMode.Serverless;
        o.UseRabbitMq(f => f.Uri = url)
            .DisableDeadLetterQueueing()
            .ConfigureChannelCreation(c =>
                (c.PublisherConfirmationsEnabled, c.PublisherConfirmationTrackingEnabled) = (true, true)
            )
            .AutoProvision();
        o.PublishMessagesToRabbitMqExchange<CloudEvent>(Exchange, e => e.Key)
            .SendInline()
            .UseInterop(new Plain());
    }

    /// <summary>Ends when the broker has it.</summary>
    public async Task SendAsync(CloudEvent e, CancellationToken ct) =>
        await sender
            .SendAsync(
                new Envelope(e)
                {
                    Data = e.Json,
                    ContentType = CloudEvent.ContentType,
                    TopicName = e.Key,
                    Destination = sender.Destination,
                }
            )
            .AsTask()
            .WaitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await host.StopAsync(patience.Token);
        }
        finally
        {
            host.Dispose();
        }
    }

    /// <summary>A message is the event and nothing of Wolverine's.</summary>
    sealed class Plain : IRabbitMqEnvelopeMapper
    {
        public void MapEnvelopeToOutgoing(Envelope envelope, IBasicProperties outgoing)
        {
            outgoing.ContentType = envelope.ContentType;
            outgoing.DeliveryMode = DeliveryModes.Persistent;
            outgoing.MessageId = ((CloudEvent)envelope.Message!).Id;
        }

        public void MapIncomingToEnvelope(Envelope envelope, IReadOnlyBasicProperties incoming) =>
            throw new NotSupportedException("Nothing is received.");
    }

    /// <summary>It ends with the server, which alone hears signals.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
