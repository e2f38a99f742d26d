using System.Text.Json;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Transfer.Formats;
using ThreadStore.Transfer.Staging;

namespace ThreadStore.Transfer;

/// <summary>An article on its way in.</summary>
sealed record IncomingArticle(string Key, string Id, ArticleContent Content, bool IsClosed, bool IsHidden);

/// <summary>A person on their way in.</summary>
sealed record IncomingPerson(
    string Key,
    string? Name,
    string? Picture,
    DateTimeOffset? JoinedAt,
    bool IsBlocked,
    DateTimeOffset? BlockedUntil,
    string? Role
);

/// <summary>A comment on its way in.</summary>
/// <param name="Parent">The id that its parent became.</param>
sealed record IncomingComment(
    Guid Id,
    string SourceId,
    string ArticleKey,
    Guid? Parent,
    int Depth,
    Author Author,
    DateTimeOffset PostedAt,
    bool IsEstimated,
    StagedText Text
);

/// <summary>The events that records of other systems become: all of one record, from the first of its stream on.</summary>
sealed class ForeignEvents(string site, string format, DateTimeOffset now)
{
    /// <summary>The rule by which an imported comment is kept from readers; its match is what the source called it.</summary>
    public const string Rule = "import";

    static readonly CommentStatus Published = new(
        CommentState.Published,
        null,
        false,
        0,
        [],
        null,
        null,
        null
    );

    public DateTimeOffset Now => now;

    public List<FeedLine> Article(IncomingArticle a, long number)
    {
        var stream = StreamId.Article(site, a.Key);
        List<object> events = [new ArticleRegistered(a.Key, a.Content, Imports.By, now, new(format, a.Id))];
        if (a.IsClosed)
            events.Add(new DiscussionClosed(a.Key, Imports.By, now));
        if (a.IsHidden)
            events.Add(new ArticleWithdrawn(a.Key, Imports.By, now));
        return Lines(stream, events, number);
    }

    public List<FeedLine> Person(IncomingPerson p, long number)
    {
        var stream = StreamId.Commenter(site, p.Key);
        List<object> events =
        [
            new CommenterJoined(
                p.Key,
                ForeignKeys.Name(p.Name),
                p.Picture,
                Imports.By,
                p.JoinedAt ?? now,
                new(format, p.Key[(format.Length + 1)..]),
                p.Role is { } role ? [role] : null
            ),
        ];
        var found = new CommenterStatus(Standing.Good, null, null, null, null);
        if (p is { IsBlocked: true, BlockedUntil: { } until })
            events.Add(
                new CommenterSuspended(
                    p.Key,
                    StreamId.Part(stream, 1),
                    DecisionMeans.Person,
                    Reason,
                    until,
                    found,
                    Imports.By,
                    now
                )
            );
        else if (p.IsBlocked)
            events.Add(
                new CommenterBanned(
                    p.Key,
                    StreamId.Part(stream, 1),
                    DecisionMeans.Person,
                    Reason,
                    null,
                    RejectsComments: false,
                    found,
                    Imports.By,
                    now
                )
            );
        return Lines(stream, events, number);
    }

    string Reason => $"Blocked before, where this site's discussions were brought from ({format}).";

    public List<FeedLine> Comment(IncomingComment c, int? score, long number)
    {
        var text = c.Text;
        var state = text.State switch
        {
            ForeignState.Pending => CommentState.Pending,
            ForeignState.Rejected => CommentState.Rejected,
            _ => CommentState.Published,
        };
        List<object> events =
        [
            new CommentPosted(
                c.Id,
                c.ArticleKey,
                c.Parent,
                c.Depth,
                c.Author,
                text.Body,
                text.Format,
                c.PostedAt,
                c.IsEstimated,
                state,
                VerdictsOf(text, state),
                Imports.By,
                new(format, c.SourceId),
                RequestHash: null,
                score
            ),
        ];
        foreach (var later in text.Later ?? [])
            events.Add(
                new CommentEdited(
                    c.Id,
                    c.ArticleKey,
                    later.Body,
                    text.Format,
                    state,
                    [],
                    Imports.By,
                    later.At ?? c.PostedAt
                )
            );
        if (text.State == ForeignState.Deleted)
            events.Add(new CommentDeleted(c.Id, c.ArticleKey, RemovedBy.Author, Imports.By, now));
        if (text.IsFeatured && state == CommentState.Published)
            events.Add(
                new CommentFeatured(
                    c.Id,
                    c.ArticleKey,
                    StreamId.Part(c.Id, 1),
                    DecisionMeans.Person,
                    Note: null,
                    CommentState.Published,
                    Published,
                    Imports.By,
                    now
                )
            );
        return Lines(c.Id, events, number);
    }

    /// <summary>What the source said of it, where that is more than that it is there.</summary>
    static Verdict[] VerdictsOf(StagedText text, CommentState state) =>
        state == CommentState.Published
            ? text.Status is { } status && text.State == ForeignState.Approved
                ? [new(Rule, 1, null, status)]
                : []
            : [new(Rule, 1, state, text.Status)];

    public List<FeedLine> Reaction(
        Guid comment,
        string article,
        string by,
        bool isUp,
        DateTimeOffset at,
        long number
    ) =>
        Lines(
            StreamId.Reaction(comment, by),
            [
                new ReactionSet(
                    comment,
                    article,
                    isUp ? "like" : "dislike",
                    isUp ? 1 : -1,
                    Previous: null,
                    by,
                    at
                ),
            ],
            number
        );

    public List<FeedLine> Flag(
        Guid comment,
        string article,
        string by,
        FlagReason reason,
        string? note,
        DateTimeOffset at,
        long number
    ) =>
        Lines(
            StreamId.Flag(comment, by),
            [new CommentFlagged(comment, article, reason, note, by, at)],
            number
        );

    List<FeedLine> Lines(Guid stream, List<object> events, long number)
    {
        var lines = new List<FeedLine>(events.Count);
        foreach (var e in events)
        {
            var version = lines.Count + 1;
            lines.Add(
                new(
                    number,
                    StreamId.ImportedEvent(stream, version),
                    stream,
                    version,
                    EventNames.Of(e),
                    now,
                    CorrelationId: null,
                    JsonSerializer.SerializeToUtf8Bytes(e, e.GetType(), Json.Options),
                    e
                )
            );
        }
        return lines;
    }
}
