using ThreadStore.Setup;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Transports.Sending;

namespace ThreadStore.Broker;

/// <summary>How events go to one kind of broker.</summary>
/// <param name="Endpoint">Where Wolverine sends them.</param>
/// <param name="TopicOf">What it takes for the topic of an event; null: the endpoint is all that it needs.</param>
sealed record BrokerRoute(
    Uri Endpoint,
    Action<WolverineOptions, BrokerOptions> Configure,
    Func<CloudEvent, string?> TopicOf
);

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
    readonly BrokerRoute route;

    BrokerSender(IHost host, ISender sender, BrokerRoute route) =>
        (this.host, this.sender, this.route) = (host, sender, route);

    /// <exception cref="Exception">The broker can't be reached, or refuses; whatever the transport throws then.</exception>
    public static async Task<BrokerSender> OpenAsync(BrokerOptions broker, CancellationToken ct)
    {
        var route = broker.IsKafka ? KafkaRoute.Route : RabbitRoute.Route;
        var host = new HostBuilder()
            .ConfigureServices(s => s.AddSingleton<IHostLifetime, NoLifetime>())
            .UseWolverine(o => Configure(o, route, broker), ExtensionDiscovery.ManualOnly)
            .Build();
        try
        {
            await host.StartAsync(ct);
            var agent = host
                .Services.GetRequiredService<IWolverineRuntime>()
                .Endpoints.GetOrBuildSendingAgent(route.Endpoint);
            // the agent would try again behind our back, and say that it was sent
            return agent is InlineSendingAgent { Sender: var sender }
                ? new(host, sender, route)
                : throw new InvalidOperationException("Wolverine sends otherwise than it is told to.");
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    static void Configure(WolverineOptions o, BrokerRoute route, BrokerOptions broker)
    {
        o.ApplicationAssembly = typeof(Server).Assembly;
        // it only sends: no handlers, no inbox, no agents to keep
        o.Discovery.DisableConventionalDiscovery();
        o.CodeGeneration.TypeLoadMode = JasperFx.CodeGeneration.TypeLoadMode.Static;
        o.Durability.Mode = DurabilityMode.Serverless;
        route.Configure(o, broker);
    }

    /// <summary>Ends when the broker has it.</summary>
    public async Task SendAsync(CloudEvent e, CancellationToken ct) =>
        await sender
            .SendAsync(
                new Envelope(e)
                {
                    Data = e.Json,
                    ContentType = CloudEvent.ContentType,
                    TopicName = route.TopicOf(e),
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
