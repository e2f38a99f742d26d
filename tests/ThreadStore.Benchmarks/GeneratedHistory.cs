using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Sites;

namespace ThreadStore.Benchmarks;

/// <summary>How much there is of what.</summary>
/// <param name="Articles">Articles of which each has a given number of comments, before all others.</param>
/// <param name="Comments">In all; what the articles above do not have goes to others, as many as news sites' have.</param>
/// <param name="Prolific">Comments in the largest of these articles by one commenter, <see cref="GeneratedHistory.Prolific"/>.</param>
/// <param name="Reactions">For a comment, on average; news sites have 5.3.</param>
/// <param name="Chains">Of replies to replies, each as deep as the site allows, in <see cref="GeneratedHistory.Deep"/>.</param>
sealed record HistorySpec(
    IReadOnlyList<(string Key, int Comments)> Articles,
    int Comments,
    int Prolific = 0,
    double Reactions = 0,
    int Chains = 0
);

/// <summary>An event, and the place that it has in its stream.</summary>
readonly record struct GeneratedEvent(
    Guid Id,
    Guid Stream,
    long Version,
    EventNames.Entry Type,
    object Event,
    DateTimeOffset At
);

/// <summary>
/// A site's history as on news sites, by published figures: comments an article and an author log-normal, half of them
/// replies, texts log-normal in length, some held, rejected, edited, deleted, flagged, reacted to. The same events for
/// the same seed. It is made by the fold that makes the live rows, so that each decision carries what it found; see
/// <see cref="Rows"/>.
/// </summary>
sealed class GeneratedHistory(string site, int seed)
{
    public const string Prolific = "prolific";
    public const string Deep = "deep";

    const int Authors = 320_000;
    const double AuthorSigma = 2.05;
    const double ArticleMu = 3.09;
    const double ArticleSigma = 1.635;
    const int MostInArticle = 20_000;
    const double Replies = 0.54;
    const double Returning = 0.35;
    const int MaxDepth = 6;
    static readonly int DeepestReply = new SiteSettings().MaxDepth;

    // of all comments
    const double Held = 0.17;
    const double RejectedOfHeld = 0.2;
    const double Rejected = 0.02;
    const double Edited = 0.03;
    const double Deleted = 0.015;
    const double Flagged = 0.025;
    const double Upvotes = 0.65;
    const double ReactionsDispersion = 0.35;
    const int MostReactions = 1_000;
    const int Moderators = 5;

    /// <summary>Comments that come before anything happens to one.</summary>
    const int Delay = 10;

    /// <summary>Comments that still get replies.</summary>
    const int Recent = 200;

    static readonly DateTimeOffset Begin = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Random random = new(seed);
    readonly double[] authorWeights = Weights(new Random(seed), Authors, AuthorSigma);
    readonly HashSet<string> joined = [];
    DateTimeOffset now = Begin;

    /// <summary>What the events so far come to.</summary>
    public HistoryWindow Rows { get; } = new(site);

    public IEnumerable<GeneratedEvent> Events(HistorySpec spec)
    {
        yield return New(
            StreamId.Site(site),
            new SiteConfigured(site, new SiteSettings { Name = "Generated" }, "cms", now)
        );
        var left = spec.Comments - spec.Articles.Sum(a => a.Comments);
        var largest = spec.Articles.OrderByDescending(a => a.Comments).FirstOrDefault().Key;
        if (spec.Chains > 0)
        {
            left -= spec.Chains * (DeepestReply + 1);
            foreach (var e in ChainsOf(spec.Chains))
                yield return e;
        }
        foreach (var (key, comments) in spec.Articles)
        foreach (var e in Discussion(key, comments, key == largest ? spec.Prolific : 0, spec.Reactions))
            yield return e;
        for (var n = 0; left > 0; n++)
        {
            var comments = Math.Clamp(
                (int)random.LogNormal(ArticleMu, ArticleSigma),
                1,
                Math.Min(MostInArticle, left)
            );
            foreach (var e in Discussion($"generated-{n}", comments, 0, spec.Reactions))
                yield return e;
            left -= comments;
        }
    }

    IEnumerable<GeneratedEvent> ChainsOf(int count)
    {
        yield return Register(Deep);
        for (var chain = 0; chain < count; chain++)
        {
            CommentPosted? above = null;
            for (var depth = 0; depth <= DeepestReply; depth++)
            {
                var author = $"reader-{Pick(authorWeights)}";
                foreach (var e in Join(author))
                    yield return e;
                above = Comment(Deep, author, above is null ? null : (above.CommentId, depth), isHeld: false);
                yield return New(above.CommentId, above);
            }
        }
    }

    IEnumerable<GeneratedEvent> Discussion(string key, int count, int prolific, double reactions)
    {
        yield return Register(key);
        var recent = new List<(Guid Id, int Depth)>();
        var authors = new List<string>();
        var due = new Queue<(Guid Id, string Author)>();
        for (var n = 0; n < count; n++)
        {
            var author =
                n < prolific ? Prolific
                : authors.Count > 0 && random.NextDouble() < Returning ? authors[random.Next(authors.Count)]
                : $"reader-{Pick(authorWeights)}";
            if (authors.Count < 1_000)
                authors.Add(author);
            foreach (var e in Join(author))
                yield return e;
            var parent =
                recent.Count > 0 && random.NextDouble() < Replies
                    ? recent[^(1 + (int)(random.NextDouble() * random.NextDouble() * recent.Count))]
                    : ((Guid Id, int Depth)?)null;
            if (parent is { } p && (p.Depth >= MaxDepth || !Rows.Comment(p.Id).IsPublished))
                parent = null;
            var posted = Comment(
                key,
                author,
                parent is { } above ? (above.Id, above.Depth + 1) : null,
                random.NextDouble() < Held
            );
            yield return New(posted.CommentId, posted);
            recent.Add((posted.CommentId, posted.Depth));
            if (recent.Count > Recent)
                recent.RemoveRange(0, Recent / 2);
            due.Enqueue((posted.CommentId, author));
            if (due.Count > Delay)
                foreach (var e in WhatHappensTo(due.Dequeue(), key, reactions))
                    yield return e;
        }
        while (due.TryDequeue(out var comment))
            foreach (var e in WhatHappensTo(comment, key, reactions))
                yield return e;
    }

    /// <summary>What others, and its author, do with a comment.</summary>
    IEnumerable<GeneratedEvent> WhatHappensTo((Guid Id, string Author) comment, string key, double reactions)
    {
        var (id, author) = comment;
        if (!Rows.Comment(id).IsPublished)
        {
            yield return Decided(
                id,
                key,
                random.NextDouble() < RejectedOfHeld ? DecisionAction.Reject : DecisionAction.Approve
            );
            if (!Rows.Comment(id).IsPublished)
                yield break;
        }
        if (random.NextDouble() < Edited)
            yield return New(
                id,
                new CommentEdited(
                    id,
                    key,
                    GeneratedText.Any(random),
                    BodyFormat.Markdown,
                    CommentState.Published,
                    [],
                    author,
                    Later()
                )
            );
        var readers = new HashSet<string> { author };
        for (var n = random.Count(reactions, ReactionsDispersion, MostReactions); n > 0; n--)
        {
            var reader = $"reader-{Pick(authorWeights)}";
            if (!readers.Add(reader))
                continue;
            foreach (var e in Join(reader))
                yield return e;
            var (kind, weight) = random.NextDouble() < Upvotes ? ("like", 1) : ("dislike", -1);
            yield return New(
                StreamId.Reaction(id, reader),
                new ReactionSet(id, key, kind, weight, Previous: null, reader, Later())
            );
        }
        if (random.NextDouble() < Flagged)
        {
            var reader = $"reader-{Pick(authorWeights)}";
            foreach (var e in Join(reader))
                yield return e;
            if (reader != author)
                yield return New(
                    StreamId.Flag(id, reader),
                    new CommentFlagged(id, key, (FlagReason)random.Next(7), Note: null, reader, Later())
                );
        }
        if (random.NextDouble() < Rejected)
            yield return Decided(id, key, DecisionAction.Reject);
        else if (random.NextDouble() < Deleted)
            yield return New(id, new CommentDeleted(id, key, RemovedBy.Author, author, Later()));
    }

    GeneratedEvent Decided(Guid id, string key, DecisionAction action) =>
        New(
            id,
            new CommentDecision(id, action, RejectReason.Offensive).Decide(
                Rows.Comment(id),
                key,
                Id(),
                $"moderator-{random.Next(Moderators)}",
                Later()
            ) ?? throw new InvalidOperationException("A decision that decides nothing.")
        );

    CommentPosted Comment(string key, string author, (Guid Id, int Depth)? parent, bool isHeld)
    {
        var at = Later();
        return new(
            Id(),
            key,
            parent?.Id,
            parent?.Depth ?? 0,
            new Author(author, NameOf(author), null),
            GeneratedText.Any(random),
            BodyFormat.Markdown,
            at,
            TimeEstimated: false,
            isHeld ? CommentState.Pending : CommentState.Published,
            isHeld ? [new("suspectWord", 1, CommentState.Pending, "mayor")] : [],
            author,
            Source: null,
            RequestHash: null
        );
    }

    GeneratedEvent Register(string key) =>
        New(
            StreamId.Article(site, key),
            new ArticleRegistered(
                key,
                new($"About {key}", null, null, null, null, null, null),
                "cms",
                now,
                Source: null
            )
        );

    IEnumerable<GeneratedEvent> Join(string person)
    {
        if (joined.Add(person))
            yield return New(
                StreamId.Commenter(site, person),
                new CommenterJoined(person, NameOf(person), null, person, now, Source: null)
            );
    }

    GeneratedEvent New(Guid stream, object @event) =>
        new(Id(), stream, Rows.Apply(stream, @event, now), EventNames.Of(@event), @event, now);

    static string NameOf(string person) => $"Name of {person}";

    DateTimeOffset Later() => now = now.AddMilliseconds(random.Next(1, 2_000)).ToMicroseconds();

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

    /// <summary>Running sums, to pick from by a number below the last.</summary>
    static double[] Weights(Random random, int count, double sigma)
    {
        var sum = 0.0;
        return [.. Enumerable.Range(0, count).Select(_ => sum += random.LogNormal(0, sigma))];
    }
}
