using Confluent.Kafka;

namespace ThreadStore.Tests.Broker;

/// <summary>
/// One broker that speaks Kafka's protocol on a port of this machine, as the client library of Apache Kafka has it for
/// tests: it keeps what it is sent in memory, and no more than a producer and a consumer need.
/// </summary>
public sealed class KafkaServer : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly IAdminClient cluster;
    readonly string address;

    KafkaServer(IAdminClient cluster, string address) => (this.cluster, this.address) = (cluster, address);

    public Uri Url => new($"kafka://{address}");

    public static KafkaServer Start()
    {
        var config = new AdminClientConfig { BootstrapServers = "127.0.0.1" };
        config.Set("test.mock.num.brokers", "1");
        var cluster = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
        var broker = cluster.GetMetadata(Patience).Brokers[0];
        return new(cluster, $"{broker.Host}:{broker.Port}");
    }

    /// <summary>The records of a topic, partition by partition in their order, once there are so many.</summary>
    public List<Message<string, string>> Take(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<string, string>(
            new ConsumerConfig
            {
                BootstrapServers = address,
                GroupId = $"{Guid.NewGuid()}",
                AutoOffsetReset = AutoOffsetReset.Earliest,
                EnableAutoCommit = false,
            }
        ).Build();
        consumer.Subscribe(topic);
        var (taken, until) = (new List<Message<string, string>>(), DateTime.UtcNow + Patience);
        while (taken.Count < count && DateTime.UtcNow < until)
            try
            {
                if (consumer.Consume(TimeSpan.FromSeconds(1)) is { } record)
                    taken.Add(record.Message);
            }
            catch (ConsumeException e) when (e.Error.Code == ErrorCode.UnknownTopicOrPart)
            {
                // there is none before the first record
            }
        consumer.Close();
        return taken;
    }

    public void Dispose() => cluster.Dispose();
}
