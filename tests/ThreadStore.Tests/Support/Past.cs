using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Tests.Support;

/// <summary>Comments with ids and times of a test's choosing.</summary>
public static class Past
{
    public static readonly DateTimeOffset Day = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>An id that sorts by <paramref name="n"/>, on a site of its own.</summary>
    public static Guid Id(TestSite site, int n)
    {
        // of no stream that there is: the site's own would meet one of these now and then
        var bytes = StreamId.Import(site.Key, "past", "").ToByteArray(bigEndian: true);
        bytes[0] = (byte)n;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Appends comments, through the one door; their author must have joined already.</summary>
    public static Task AppendAsync(TestSite site, params IEnumerable<CommentPosted> comments) =>
        HappenAsync(site, [.. comments.Select(e => StreamEvent.First<Comment>(e.CommentId, e))]);

    /// <summary>Appends what no endpoint would, through the one door.</summary>
    public static Task HappenAsync(TestSite site, params StreamEvent[] events) =>
        HappenAsync(site.Store.Services.GetRequiredService<Appender>(), site.Key, events);

    /// <summary>The same on a node of a test's own.</summary>
    public static async Task HappenAsync(Appender appender, string site, params StreamEvent[] events)
    {
        var receipt = await appender.AppendAsync(new Happening(site, events), CancellationToken.None);
        if (receipt.Refusal is { } refusal)
            throw new InvalidOperationException(refusal.Detail);
    }

    /// <summary>What happened, undecided.</summary>
    sealed record Happening(string Site, StreamEvent[] Events) : ISubmission<bool>
    {
        public void Need(WorkingSet set)
        {
            foreach (var e in Events)
                RequiredRows.Of(set, Site, e.Event);
        }

        public Decision Decide(WorkingSet known) => Decision.Append(Events);

        public bool Answer(WorkingSet known, Decision decision) => true;
    }

    public static CommentPosted Posted(
        Guid id,
        string article,
        DateTimeOffset at,
        Guid? parent = null,
        int depth = 0,
        string by = "ada"
    ) =>
        new(
            id,
            article,
            parent,
            depth,
            new(by, by, null),
            $"Text of {id}",
            BodyFormat.Markdown,
            at,
            TimeEstimated: false,
            CommentState.Published,
            Verdicts: [],
            by,
            Source: null,
            RequestHash: null
        );
}
