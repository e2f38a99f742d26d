using System.Text;
using Confluent.Kafka;
using ThreadStore.Setup;
using Wolverine;
using Wolverine.Kafka;

namespace ThreadStore.Broker;

/// <summary>
/// To a topic, whose partitions are the operator's to choose; the key is the stream's id, so that each stream stays
/// within one partition.
/// </summary>
static class KafkaRoute
{
    const int DefaultPort = 9092;

    /// <summary>Until the client library gives up a message: before the stretch that it is of is given up.</summary>
    static readonly TimeSpan Patience = BrokerPublisher.Patience - TimeSpan.FromSeconds(5);

    /// <summary>All to one topic.</summary>
    public static readonly BrokerRoute Route = new(
        KafkaEndpointUri.Topic(BrokerSender.Name),
        Configure,
        _ => null
    );

    static void Configure(WolverineOptions o, BrokerOptions broker)
    {
        o.UseKafka($"{broker.Url.Host}:{(broker.Url.Port > 0 ? broker.Url.Port : DefaultPort)}")
            .ConfigureClient(c =>
            {
                foreach (var (name, value) in broker.Client)
                    c.Set(name, value);
            })
            .ConfigureProducers(p =>
                // in order and once for each connection, and confirmed by all replicas that are in step
                (p.EnableIdempotence, p.Acks, p.MessageTimeoutMs) = (
                    true,
                    Acks.All,
                    (int)Patience.TotalMilliseconds
                )
            )
            // else the library writes to the console what the publisher says in its own words
            .ConfigureProducerBuilders(b => b.SetLogHandler((_, _) => { }));
        o.PublishMessage<CloudEvent>().ToKafkaTopic(BrokerSender.Name).SendInline().UseInterop(new Plain());
    }

    /// <summary>A record is the event and nothing of Wolverine's, as CloudEvents' binding to Kafka has it.</summary>
    sealed class Plain : IKafkaEnvelopeMapper
    {
        public void MapEnvelopeToOutgoing(Envelope envelope, Message<string, byte[]> outgoing)
        {
            outgoing.Key = $"{((CloudEvent)envelope.Message!).Stream}";
            outgoing.Value = envelope.Data!;
            outgoing.Headers = new Headers
            {
                { "content-type", Encoding.UTF8.GetBytes(CloudEvent.ContentType) },
            };
        }

        public void MapIncomingToEnvelope(Envelope envelope, Message<string, byte[]> incoming) =>
            throw new NotSupportedException("Nothing is received.");
    }
}
