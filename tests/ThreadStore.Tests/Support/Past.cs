using ThreadStore.Comments;
using ThreadStore.Storage;

namespace ThreadStore.Tests.Support;

/// <summary>Comments with ids and times of a test's choosing, appended as events.</summary>
public static class Past
{
    public static readonly DateTimeOffset Day = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>An id that sorts by <paramref name="n"/>, on a site of its own.</summary>
    public static Guid Id(TestSite site, int n)
    {
        var bytes = StreamId.Site(site.Key).ToByteArray(bigEndian: true);
        bytes[0] = (byte)n;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Appends comments; their author must have joined already.</summary>
    public static async Task AppendAsync(TestSite site, params IEnumerable<CommentPosted> comments)
    {
        await using var session = site.Store.Documents.LightweightSession(site.Key);
        foreach (var e in comments)
            session.Events.StartStream<Comment>(e.CommentId, e);
        await session.SaveChangesAsync();
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
