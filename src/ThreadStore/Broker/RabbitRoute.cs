using RabbitMQ.Client;
using ThreadStore.Setup;
using Wolverine;
using Wolverine.RabbitMQ;
using Wolverine.RabbitMQ.Internal;

namespace ThreadStore.Broker;

/// <summary>To a durable topic exchange, which is made where it is absent; the routing key is <c>site.type</c>.</summary>
static class RabbitRoute
{
    /// <summary>Wolverine calls the routing key a topic.</summary>
    public static readonly BrokerRoute Route = new(
        RabbitMqEndpointUri.Exchange(BrokerSender.Name),
        Configure,
        e => e.Key
    );

    static void Configure(WolverineOptions o, BrokerOptions broker)
    {
        o.UseRabbitMq(f => f.Uri = broker.Url)
            .DisableDeadLetterQueueing()
            .ConfigureChannelCreation(c =>
                (c.PublisherConfirmationsEnabled, c.PublisherConfirmationTrackingEnabled) = (true, true)
            )
            .AutoProvision();
        o.PublishMessagesToRabbitMqExchange<CloudEvent>(BrokerSender.Name, e => e.Key)
            .SendInline()
            .UseInterop(new Plain());
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
}
