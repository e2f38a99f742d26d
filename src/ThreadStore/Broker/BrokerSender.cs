using ThreadStore.Setup;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Transports.Sending;

namespace ThreadStore.Broker;

/// <summary>
/// One of Wolverine's transports, in a host of its own: a server that has no broker starts none of it. Whoever sends
/// waits for the broker's confirmation.
/// </summary>
public sealed class BrokerSender : IAsyncDisposable
{
    /// <summary>Of the exchange, or of the topic.</summary>
    public const string Name = "threadstore.events";

    readonly IHost host;
    readonly ISender sender;
    readonly bool isKafka;

    BrokerSender(IHost host, ISender sender, bool isKafka) =>
        (this.host, this.sender, this.isKafka) = (host, sender, isKafka);

    /// <exception cref="Exception">The broker can't be reached, or refuses; whatever the transport throws then.</exception>
    public static async Task<BrokerSender> OpenAsync(BrokerOptions broker, CancellationToken ct)
    {
        var host = new HostBuilder()
            .ConfigureServices(s => s.AddSingleton<IHostLifetime, NoLifetime>())
            .UseWolverine(o => Configure(o, broker), ExtensionDiscovery.ManualOnly)
            .Build();
        try
        {
            await host.StartAsync(ct);
            var agent = host
                .Services.GetRequiredService<IWolverineRuntime>()
                .Endpoints.GetOrBuildSendingAgent(
                    broker.IsKafka ? KafkaRoute.Endpoint : RabbitRoute.Endpoint
                );
            // the agent would try again behind our back, and say that it was sent
            return agent is InlineSendingAgent { Sender: var sender }
                ? new(host, sender, broker.IsKafka)
                : throw new InvalidOperationException("Wolverine sends otherwise than it is told to.");
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    static void Configure(WolverineOptions o, BrokerOptions broker)
    {
        o.ApplicationAssembly = typeof(Server).Assembly;
        // it only sends: no handlers, no inbox, no agents to keep
        o.Discovery.DisableConventionalDiscovery();
        o.CodeGeneration.TypeLoadMode = JasperFx.CodeGeneration.TypeLoadMode.Static;
        o.Durability.Mode = DurabilityMode.Serverless;
        if (broker.IsKafka)
            KafkaRoute.Configure(o, broker);
        else
            RabbitRoute.Configure(o, broker.Url);
    }

    /// <summary>Ends when the broker has it.</summary>
    public async Task SendAsync(CloudEvent e, CancellationToken ct) =>
        await sender
            .SendAsync(
                new Envelope(e)
                {
                    Data = e.Json,
                    ContentType = CloudEvent.ContentType,
                    // a routing key there, the name of a topic here
                    TopicName = isKafka ? null : e.Key,
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

    /// <summary>It ends with the server, which alone hears signals.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
