using RabbitMQ.Client;
using Wolverine;
using Wolverine.RabbitMQ;
using Wolverine.RabbitMQ.Internal;

namespace ThreadStore.Broker;

/// <summary>To a durable topic exchange, which is made where it is absent; the routing key is <c>site.type</c>.</summary>
static class RabbitRoute
{
    public static Uri Endpoint => RabbitMqEndpointUri.Exchange(BrokerSender.Name);

    public static void Configure(WolverineOptions o, Uri url)
    {
        o.UseRabbitMq(f => f.Uri = url)
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
