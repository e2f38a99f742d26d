using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using ThreadStore.Benchmarks;
using ThreadStore.Http;
using ThreadStore.Tests.Privacy;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Broker;

public class BrokerTests(Store store)
{
    /// <summary>What a subscriber got.</summary>
    sealed record Got(string Key, string? Id, string? ContentType, string Text)
    {
        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);
        public string Stream => Json.GetProperty("subject").GetString()!;
        public long Position => Json.GetProperty("data").GetProperty("position").GetInt64();
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<RabbitServer> StartAsync()
    {
        Assert.SkipUnless(RabbitServer.IsHere, "There is no rabbitmq-server on this machine.");
        return RabbitServer.StartAsync(Ct);
    }

    static async Task SubscribeAsync(RabbitServer rabbit, string pattern)
    {
        await using var connection = await rabbit.ConnectAsync(Ct);
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("threadstore.events", ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync("warehouse", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("warehouse", "threadstore.events", pattern);
    }

    /// <summary>Takes what there is in the queue until it has so many different events.</summary>
    static async Task<List<Got>> TakeAsync(RabbitServer rabbit, List<Got> got, int different)
    {
        await using var connection = await rabbit.ConnectAsync(Ct);
        await using var channel = await connection.CreateChannelAsync();
        var arrived = new ConcurrentQueue<Got>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            arrived.Enqueue(
                new(
                    e.RoutingKey,
                    e.BasicProperties.MessageId,
                    e.BasicProperties.ContentType,
                    Encoding.UTF8.GetString(e.Body.Span)
                )
            );
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("warehouse", autoAck: true, consumer);
        await Until.TrueAsync(
            () => Task.FromResult(got.Concat(arrived).Select(g => g.Id).Distinct().Count() >= different),
            $"{different} events",
            TimeSpan.FromMinutes(1)
        );
        return [.. got, .. arrived];
    }

    static async Task<int> CountAsync(Node node, TestSite site) =>
        (int)
            (long)
                (
                    await node.ScalarAsync(
                        $"select count(*) from threadstore.mt_events where tenant_id = '{site.Key}'"
                    )
                )!;

    [Fact]
    public async Task Every_event_goes_to_the_broker_in_order_and_is_kept_for_it_while_it_is_away()
    {
        await using var rabbit = await StartAsync();
        await SubscribeAsync(rabbit, "#");
        await using var node = await Node.StartAsync(
            store,
            connectionString: null,
            ("ThreadStore:Broker:Url", $"{rabbit.Url}")
        );
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        async Task WriteAsync(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                var id = await site.ACommentAsync(article, $"c{i % 3}", $"Text {i}");
                var own = site.Token($"c{i % 3}");
                (await site.SendAsync("PATCH", $"/comments/{id}", new { body = $"New {i}" }, own)).Expect(
                    200
                );
            }
        }
        await WriteAsync(0, 10);
        var got = await TakeAsync(rabbit, [], await CountAsync(node, site));

        await rabbit.KillAsync();
        await WriteAsync(10, 20);
        // somebody who is erased before the broker is back
        const string mark = "zq7mark";
        await site.ACommentAsync(article, mark, $"Text of {mark}");
        (await site.EraseAsync(mark)).Expect(200);
        await rabbit.BeginAsync(Ct);
        await WriteAsync(20, 25);
        var events = await CountAsync(node, site);
        got = await TakeAsync(rabbit, got, events);

        Assert.All(got, g => Assert.DoesNotContain(mark, g.Text, StringComparison.Ordinal));
        // twice perhaps, and then the same under the same id
        Assert.Equal(events, got.Select(g => g.Id).Distinct().Count());
        Assert.All(got.GroupBy(g => g.Id), same => Assert.Single(same.Select(g => g.Text).Distinct()));
        foreach (var stream in got.GroupBy(g => g.Stream))
        {
            long[] first = [.. stream.Select(g => g.Position).Distinct()];
            Assert.Equal(first.Order(), first);
        }
        var feed = await site.GetAsync("/events?limit=1000", site.Token("ana", Role.Analyst));
        var lines = feed.Expect(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            lines,
            got.DistinctBy(g => g.Id)
                .OrderBy(g => g.Position)
                .Select(g => g.Json.GetProperty("data").GetRawText())
        );
        var one = got.First(g => g.Key.EndsWith("comment-posted", StringComparison.Ordinal));
        var json = one.Json;
        Assert.Equal(
            (
                $"{site.Key}.comment-posted",
                $"{site.Key}:{one.Position}",
                "application/cloudevents+json",
                "1.0",
                one.Id,
                $"/v1/sites/{site.Key}",
                "threadstore.comment-posted",
                json.GetProperty("data").GetProperty("stream").GetProperty("id").GetString(),
                json.GetProperty("data").GetProperty("at").GetString()
            ),
            (
                one.Key,
                one.Id,
                one.ContentType,
                json.GetProperty("specversion").GetString(),
                json.GetProperty("id").GetString(),
                json.GetProperty("source").GetString(),
                json.GetProperty("type").GetString(),
                json.GetProperty("subject").GetString(),
                json.GetProperty("time").GetString()
            )
        );
    }

    [Fact]
    public async Task Another_node_goes_on_where_one_ended()
    {
        await using var rabbit = await StartAsync();
        await SubscribeAsync(rabbit, "*.comment-posted");
        (string, string) url = ("ThreadStore:Broker:Url", $"{rabbit.Url}");
        var first = await Node.StartAsync(store, connectionString: null, url);
        var site = await first.ASiteAsync();
        var article = await site.AnArticleAsync();
        await using var second = await first.AnotherAsync();
        for (var i = 0; i < 5; i++)
            await site.ACommentAsync(article, "ada", $"Text {i}");
        var got = await TakeAsync(rabbit, [], 5);

        await first.DisposeAsync();
        var there = second.Site(site.Key);
        for (var i = 5; i < 10; i++)
            await there.ACommentAsync(article, "ada", $"Text {i}");
        got = await TakeAsync(rabbit, got, 10);

        Assert.Equal(10, got.Count);
    }

    [Fact]
    public async Task Every_event_goes_to_Kafka_by_the_id_of_its_stream()
    {
        using var kafka = KafkaServer.Start();
        await using var node = await Node.StartAsync(
            store,
            connectionString: null,
            ("ThreadStore:Broker:Url", $"{kafka.Url}"),
            ("ThreadStore:Broker:Kafka:CLIENT_ID", "threadstore")
        );
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 10; i++)
        {
            var id = await site.ACommentAsync(article, $"c{i % 3}", $"Text {i}");
            var own = site.Token($"c{i % 3}");
            (await site.SendAsync("PATCH", $"/comments/{id}", new { body = $"New {i}" }, own)).Expect(200);
        }

        var feed = await site.GetAsync("/events?limit=1000", site.Token("ana", Role.Analyst));
        var lines = feed.Expect(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var got = kafka
            .Take("threadstore.events", lines.Length)
            .Select(m =>
                (m.Key, Type: m.Headers.GetLastBytes("content-type"), Got: new Got("", null, null, m.Value))
            )
            .ToList();

        Assert.Equal(
            lines,
            got.OrderBy(g => g.Got.Position).Select(g => g.Got.Json.GetProperty("data").GetRawText())
        );
        Assert.All(
            got,
            g =>
                Assert.Equal(
                    (g.Got.Stream, "application/cloudevents+json"),
                    (g.Key, Encoding.UTF8.GetString(g.Type))
                )
        );
        foreach (var stream in got.GroupBy(g => g.Key))
            Assert.Equal(stream.Select(g => g.Got.Position).Order(), stream.Select(g => g.Got.Position));
    }

    [Theory]
    [InlineData("kafka:broker")]
    [InlineData("http://broker")]
    [InlineData("nowhere")]
    public async Task A_broker_that_can_be_none_is_told_at_start(string url)
    {
        using var program = new ThreadStoreProgram();

        var ended = await program.RunAsync(["serve"], ("ThreadStore__Broker__Url", url));

        ended.Expect(1);
        Assert.Contains("ThreadStore__Broker__Url", ended.Error, StringComparison.Ordinal);
    }
}
