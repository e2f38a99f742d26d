using System.Collections.Concurrent;
using System.Diagnostics;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

/// <summary>
/// Keys come and go, people sign out, and all the while requests come to two nodes by 32 connections: what was revoked more
/// than a second ago is never let in, and what is good is never refused.
/// </summary>
public class TrustLawTests(Store store)
{
    const int Connections = 32;
    const int Changes = 60;

    /// <summary>How long a node may take to hear of a change.</summary>
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    /// <summary>Something that lets its bearer in, from a time to a time; <see cref="Stopwatch"/> ticks, 0: not yet.</summary>
    sealed record Credential(string Name, string Token)
    {
        public long GoodSince;

        /// <summary>When it was about to be revoked: from here on nobody knows.</summary>
        public long Endangered;
        public long RevokedAt;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_revoked_is_out_within_a_second_and_what_is_good_is_in(int seed)
    {
        await using var one = await Node.StartAsync(store, store.ConnectionString);
        await using var two = await Node.StartAsync(store, store.ConnectionString);
        var key = (await store.ASiteAsync()).Key;
        TestSite[] nodes = [one.Site(key), two.Site(key)];
        var credentials = new ConcurrentBag<Credential>();
        var complaints = new ConcurrentBag<string>();
        var isOver = false;
        var (asked, refused) = (0, 0);

        async Task AskAsync(int n)
        {
            var random = new Random(seed * 1_000 + n);
            while (!Volatile.Read(ref isOver))
            {
                var all = credentials.ToArray();
                if (all.Length == 0)
                {
                    await Task.Yield();
                    continue;
                }
                var credential = all[random.Next(all.Length)];
                var began = Stopwatch.GetTimestamp();
                var status = (
                    await nodes[random.Next(2)].GetAsync("/moderation/counts", credential.Token)
                ).Status;
                Interlocked.Increment(ref asked);
                if (status == 401)
                    Interlocked.Increment(ref refused);
                var revoked = Interlocked.Read(ref credential.RevokedAt);
                if (status == 200 && revoked != 0 && Stopwatch.GetElapsedTime(revoked, began) > Delay)
                    complaints.Add(
                        $"{credential.Name}: let in {Stopwatch.GetElapsedTime(revoked, began)} after"
                    );
                var good = Interlocked.Read(ref credential.GoodSince);
                if (
                    status != 200
                    && Interlocked.Read(ref credential.Endangered) == 0
                    && Stopwatch.GetElapsedTime(good, began) > Delay
                )
                    complaints.Add($"{credential.Name}: {status} though it is good");
            }
        }

        async Task ChangeAsync()
        {
            var random = new Random(seed);
            var good = new List<(Credential Credential, Func<Task> RevokeAsync)>();
            var pairs = new List<SigningPair>();
            for (var n = 0; n < Changes || Volatile.Read(ref refused) == 0; n++)
            {
                var before = Volatile.Read(ref asked);
                if (good.Count < 3 || random.Next(2) == 0)
                    good.Add(await MakeAsync(nodes[random.Next(2)], n, random, pairs));
                else
                {
                    var place = random.Next(good.Count);
                    var (credential, revokeAsync) = good[place];
                    good.RemoveAt(place);
                    Interlocked.Exchange(ref credential.Endangered, Stopwatch.GetTimestamp());
                    await revokeAsync();
                    Interlocked.Exchange(ref credential.RevokedAt, Stopwatch.GetTimestamp());
                }
                // the others get their turn
                await Until.TrueAsync(
                    () => Task.FromResult(Volatile.Read(ref asked) > before + Connections),
                    "requests"
                );
            }
            // all that was revoked is asked for once more when its second has passed
            var end = Stopwatch.GetTimestamp();
            await Until.TrueAsync(
                () => Task.FromResult(Stopwatch.GetElapsedTime(end) > 1.5 * Delay),
                "the last second"
            );
            Volatile.Write(ref isOver, true);
            pairs.ForEach(p => p.Dispose());
        }

        async Task<(Credential, Func<Task>)> MakeAsync(
            TestSite node,
            int n,
            Random random,
            List<SigningPair> pairs
        )
        {
            var root = Store.Token(key, "root", Role.Admin);
            Credential credential;
            Func<Task> revokeAsync;
            switch (random.Next(3))
            {
                case 0:
                    var pair = SigningPair.Of(random.Next(2) == 0 ? "ES256" : "HS256", $"k{n}");
                    pairs.Add(pair);
                    credential = new($"key {n}", pair.Token(key, $"m{n}", "moderator"));
                    (
                        await node.SendAsync(
                            "PUT",
                            $"/keys/k{n}",
                            new { algorithm = pair.Algorithm, jwk = pair.Jwk() },
                            root
                        )
                    ).Expect(201);
                    revokeAsync = async () =>
                        (await node.SendAsync("DELETE", $"/keys/k{n}", null, root)).Expect(204);
                    break;
                case 1:
                    var made = (
                        await node.SendAsync(
                            "POST",
                            "/api-keys",
                            new { name = $"p{n}", roles = (string[])["moderator"] },
                            root
                        )
                    ).Expect(201);
                    credential = new($"API key {n}", made["secret"].GetString()!);
                    revokeAsync = async () =>
                        (
                            await node.SendAsync("DELETE", $"/api-keys/{made["id"].GetString()}", null, root)
                        ).Expect(204);
                    break;
                default:
                    credential = new($"person {n}", Store.Token(key, $"p{n}", Role.Moderator));
                    revokeAsync = async () =>
                        (await node.SendAsync("POST", $"/commenters/p{n}/sign-out", null, root)).Expect(204);
                    break;
            }
            Interlocked.Exchange(ref credential.GoodSince, Stopwatch.GetTimestamp());
            credentials.Add(credential);
            return (credential, revokeAsync);
        }

        await Task.WhenAll([ChangeAsync(), .. Enumerable.Range(0, Connections).Select(AskAsync)]);

        Assert.True(complaints.IsEmpty, string.Join('\n', complaints));
        Assert.True(refused > 0 && asked > refused);
    }
}
