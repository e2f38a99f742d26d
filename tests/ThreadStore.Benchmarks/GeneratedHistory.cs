using System.Text.Json;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.Benchmarks;

/// <summary>How much there is of what.</summary>
/// <param name="Articles">Articles of which each has a given number of comments, before all others.</param>
/// <param name="Comments">In all; what the articles above do not have goes to others, as many as news sites' have.</param>
/// <param name="Prolific">Comments in the largest of these articles by one commenter, <see cref="GeneratedHistory.Prolific"/>.</param>
sealed record HistorySpec(IReadOnlyList<(string Key, int Comments)> Articles, int Comments, int Prolific = 0);

/// <summary>
/// Discussions as on news sites, by published figures: comments an article and an author log-normal, half of them
/// replies, texts log-normal in length. The same in every run. Events go in by binary COPY, as an import's would; rows
/// are folded from them by the code that makes the live ones.
/// </summary>
sealed class GeneratedHistory(string site, int seed)
{
    public const string Prolific = "prolific";

    const int Authors = 320_000;
    const double AuthorSigma = 2.05;
    const double ArticleMu = 3.09;
    const double ArticleSigma = 1.635;
    const int MostInArticle = 20_000;
    const double Replies = 0.54;
    const double Returning = 0.35;
    const double TextMu = 4.87;
    const double TextSigma = 1.1;
    const int LongestText = 3_000;
    const int MaxDepth = 6;

    /// <summary>Events that are folded and written together.</summary>
    const int Stretch = 5_000;

    static readonly DateTimeOffset Begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Random random = new(seed);
    readonly double[] authorWeights = Weights(new Random(seed), Authors, AuthorSigma);
    readonly HashSet<string> joined = [];
    readonly List<Guid> sample = [];
    DateTimeOffset now = Begin;

    /// <summary>Comments to ask for, from the whole history.</summary>
    public IReadOnlyList<Guid> Sample => sample;

    /// <summary>Fills the tables of a ThreadStore that has the site and nobody writing.</summary>
    /// <returns>How many events.</returns>
    public async Task<long> FillAsync(
        string connectionString,
        HistorySpec spec,
        Action<string> log,
        CancellationToken ct
    )
    {
        await using var database = NpgsqlDataSource.Create(ThreadStoreStore.Tune(connectionString));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using (var deferred = new NpgsqlCommand("set synchronous_commit = off", connection))
            await deferred.ExecuteNonQueryAsync(ct);
        await using var last = new NpgsqlCommand(Positions.NewestSql, connection);
        var position = (long)(await last.ExecuteScalarAsync(ct))!;
        var (count, reported) = (0L, 0L);
        foreach (var stretch in Events(spec).Chunk(Stretch))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await CopyAsync(connection, stretch, position, ct);
            var set = await ThreadRows.FoldAsync(
                connection,
                RowStore.Live,
                stretch.Select(e => (site, e.Event)),
                ct
            );
            await RowWriter.Live.WriteAsync(connection, set, ct);
            await transaction.CommitAsync(ct);
            position += stretch.Length;
            count += stretch.Length;
            if (count - reported >= 200_000)
                log($"{reported = count:N0} events");
        }
        await using var end = new NpgsqlCommand(
            $"""
            select setval('{ReaderTables.Schema}.mt_events_sequence', {position}),
              pg_notify('{Positions.Channel}', '{position}');
            """,
            connection
        );
        await end.ExecuteNonQueryAsync(ct);
        await using var analyze = new NpgsqlCommand("vacuum analyze", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync(ct);
        return count;
    }

    async Task CopyAsync(
        NpgsqlConnection connection,
        (Guid Stream, string Type, object Event)[] events,
        long position,
        CancellationToken ct
    )
    {
        await EventCopy.Live.StreamsAsync(
            connection,
            site,
            events.Select(e => new StoredStream(e.Stream, e.Type, 1, now)),
            ct
        );
        await EventCopy.Live.EventsAsync(
            connection,
            site,
            events.Select(e => new StoredEvent(
                ++position,
                Id(),
                e.Stream,
                1,
                EventNames.All.First(n => n.Type == e.Event.GetType()),
                JsonSerializer.SerializeToUtf8Bytes(e.Event, e.Event.GetType(), Json.Options),
                now,
                null
            )),
            ct
        );
    }

    IEnumerable<(Guid Stream, string Type, object Event)> Events(HistorySpec spec)
    {
        var left = spec.Comments - spec.Articles.Sum(a => a.Comments);
        var largest = spec.Articles.OrderByDescending(a => a.Comments).FirstOrDefault().Key;
        foreach (var (key, comments) in spec.Articles)
        foreach (var e in Discussion(key, comments, key == largest ? spec.Prolific : 0))
            yield return e;
        for (var n = 0; left > 0; n++)
        {
            var comments = Math.Clamp(
                (int)LogNormal(ArticleMu, ArticleSigma),
                1,
                Math.Min(MostInArticle, left)
            );
            foreach (var e in Discussion($"generated-{n}", comments, 0))
                yield return e;
            left -= comments;
        }
    }

    IEnumerable<(Guid Stream, string Type, object Event)> Discussion(string key, int count, int prolific)
    {
        yield return (
            StreamId.Article(site, key),
            "article",
            new ArticleRegistered(
                key,
                new($"About {key}", null, null, null, null, null, null),
                "cms",
                now,
                Source: null
            )
        );
        var recent = new List<(Guid Id, int Depth)>();
        var authors = new List<string>();
        for (var n = 0; n < count; n++)
        {
            now = now.AddMilliseconds(random.Next(1, 2_000)).ToMicroseconds();
            var author =
                n < prolific ? Prolific
                : authors.Count > 0 && random.NextDouble() < Returning ? authors[random.Next(authors.Count)]
                : $"reader-{Pick(authorWeights)}";
            if (authors.Count < 1_000)
                authors.Add(author);
            if (joined.Add(author))
                yield return (
                    StreamId.Commenter(site, author),
                    "commenter",
                    new CommenterJoined(author, $"Name of {author}", null, author, now, Source: null)
                );
            var parent =
                recent.Count > 0 && random.NextDouble() < Replies
                    ? recent[^(1 + (int)(random.NextDouble() * random.NextDouble() * recent.Count))]
                    : ((Guid Id, int Depth)?)null;
            if (parent?.Depth >= MaxDepth)
                parent = null;
            var id = Id();
            recent.Add((id, (parent?.Depth ?? -1) + 1));
            if (recent.Count > 200)
                recent.RemoveRange(0, 100);
            if (sample.Count < 10_000)
                sample.Add(id);
            else if (random.Next(100) == 0)
                sample[random.Next(sample.Count)] = id;
            yield return (
                id,
                "comment",
                new CommentPosted(
                    id,
                    key,
                    parent?.Id,
                    (parent?.Depth ?? -1) + 1,
                    new Author(author, $"Name of {author}", null),
                    CommentRequests.Text(
                        random,
                        Math.Clamp((int)LogNormal(TextMu, TextSigma), 5, LongestText)
                    ),
                    BodyFormat.Markdown,
                    now,
                    TimeEstimated: false,
                    CommentState.Published,
                    Verdicts: [],
                    author,
                    Source: null,
                    RequestHash: null
                )
            );
        }
    }

    Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        // version 7 by the time of the history
        var milliseconds = now.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
            bytes[i] = (byte)(milliseconds >> (40 - 8 * i));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    int Pick(double[] weights)
    {
        var found = Array.BinarySearch(weights, random.NextDouble() * weights[^1]);
        return found < 0 ? ~found : found;
    }

    double LogNormal(double mu, double sigma) => LogNormal(random, mu, sigma);

    static double LogNormal(Random random, double mu, double sigma) =>
        Math.Exp(
            mu
                + sigma
                    * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                    * Math.Cos(2 * Math.PI * random.NextDouble())
        );

    /// <summary>Running sums, to pick from by a number below the last.</summary>
    static double[] Weights(Random random, int count, double sigma)
    {
        var sum = 0.0;
        return [.. Enumerable.Range(0, count).Select(_ => sum += LogNormal(random, 0, sigma))];
    }
}
