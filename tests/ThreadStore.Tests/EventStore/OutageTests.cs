using System.Diagnostics;
using Npgsql;
using ThreadStore.Postgres;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

/// <summary>A database that is there, but has nothing to give.</summary>
public sealed class OutageTests(Store store)
{
    /// <summary>A second is the aim; these machines are shared, and what waits for a command's time waits half a minute.</summary>
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    const int Readers = 20;

    [Theory]
    [InlineData("53100", true)] // the disk is full
    [InlineData("53300", true)] // too many connections
    [InlineData("57P01", true)] // it stops
    [InlineData("25P03", true)] // we were too slow
    [InlineData("23505", false)] // a key twice
    [InlineData("22P05", false)] // a text that it can't hold
    public void What_says_nothing_about_the_command_is_an_outage(string sqlState, bool isOutage)
    {
        var refused = new PostgresException("Refused.", "ERROR", "ERROR", sqlState);
        Assert.Equal(isOutage, Outage.Is(new InvalidOperationException("Wrapped.", refused)));
    }

    [Fact]
    public async Task While_others_hold_all_its_connections_requests_are_answered_or_refused_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-outage-").FullName;
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(folder, _ => { });
            await using var node = await Node.StartAsync(store, postgres.ConnectionString);
            var site = await node.ASiteAsync();
            (await site.PutArticleAsync("a")).Expect(201);
            var comment = await site.ACommentAsync("a", "ada", "Before");

            await using (
                var others = NpgsqlDataSource.Create($"{postgres.ConnectionString};Maximum Pool Size=1000")
            )
            {
                var held = await HoldAllAsync(others);
                var refused = 0;
                async Task ReadAsync()
                {
                    var started = Stopwatch.GetTimestamp();
                    var reply = await site.GetAsync($"/comments/{comment}");
                    Assert.True(Stopwatch.GetElapsedTime(started) < AtOnce);
                    if (reply.Status == 200)
                        return;
                    Assert.True(reply.Expect(503, "unavailable").Headers.ContainsKey("Retry-After"));
                    Interlocked.Increment(ref refused);
                }
                await Until.TrueAsync(
                    async () =>
                    {
                        // what it has it may keep, and share out: it is to look for another
                        node.Database.Clear();
                        await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => ReadAsync()));
                        return refused > 0;
                    },
                    "somebody finds no connection"
                );
                foreach (var connection in held)
                    await connection.DisposeAsync();
            }

            var answers = await Task.WhenAll(
                Enumerable.Range(0, Readers).Select(_ => site.GetAsync($"/comments/{comment}"))
            );
            Assert.All(answers, a => a.Expect(200));
            (await site.PostAsync("a", "ada", "After")).Expect(201);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Takes connections until there are none.</summary>
    static async Task<List<NpgsqlConnection>> HoldAllAsync(NpgsqlDataSource database)
    {
        var held = new List<NpgsqlConnection>();
        try
        {
            while (true)
                held.Add(await database.OpenConnectionAsync(TestContext.Current.CancellationToken));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return held;
        }
    }
}
