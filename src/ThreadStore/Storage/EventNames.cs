using System.Text.Json;
using Marten.Events;
using Marten.Services.Json.Transformations;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Storage;

/// <summary>
/// Every event with its stored name, which never changes, and the number of its shape. A new shape of an event gets a
/// record, a line and an upcaster of its own, and is stored as <c>name@number</c>.
/// </summary>
public static class EventNames
{
    /// <param name="Type">What is stored under the name.</param>
    /// <param name="Upcast">Of a shape that is stored no more: makes of it the event as it is today. Null: it is today's.</param>
    public sealed record Entry(
        Type Type,
        string Name,
        int Schema,
        string Stream,
        Func<object, object>? Upcast = null
    )
    {
        /// <summary>What Marten notes beside the name.</summary>
        public string DotNetType { get; } = $"{Type.FullName}, {Type.Assembly.GetName().Name}";

        /// <summary>A stored event as it is today.</summary>
        public object Read(ReadOnlySpan<byte> data) => Read(data, Json.Options);

        /// <param name="options">How strictly.</param>
        /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
        public object Read(ReadOnlySpan<byte> data, JsonSerializerOptions options)
        {
            var stored =
                JsonSerializer.Deserialize(data, Type, options)
                ?? throw new InvalidOperationException($"A {Name} without data.");
            return Upcast is null ? stored : Upcast(stored);
        }

        /// <summary>Tells Marten, which reads events too.</summary>
        public void Map(IEventStoreOptions events)
        {
            if (Upcast is not { } upcast)
                events.MapEventType(Type, Name);
            else
                events.Upcast(
                    Type,
                    Name,
                    new JsonTransformation(
                        (json, reader, column) => upcast(json.FromJson(Type, reader, column)),
                        async (json, reader, column, ct) =>
                            upcast(await json.FromJsonAsync(Type, reader, column, ct))
                    )
                );
        }
    }

    public static readonly IReadOnlyList<Entry> All =
    [
        // sites
        new(typeof(SiteConfigured), "site-configured", 1, "site"),
        // articles
        new(typeof(ArticleRegistered), "article-registered", 1, "article"),
        new(typeof(ArticleRevised), "article-revised", 1, "article"),
        new(typeof(ArticleWithdrawn), "article-withdrawn", 1, "article"),
        new(typeof(ArticlePublished), "article-published", 1, "article"),
        new(typeof(DiscussionClosed), "discussion-closed", 1, "article"),
        new(typeof(DiscussionOpened), "discussion-opened", 1, "article"),
        new(typeof(ArticleModerationSet), "article-moderation-set", 1, "article"),
        // comments
        new(typeof(CommentPosted), "comment-posted", 1, "comment"),
        new(typeof(CommentEdited), "comment-edited", 1, "comment"),
        new(typeof(CommentDeleted), "comment-deleted", 1, "comment"),
        new(typeof(CommentHeld), "comment-held", 1, "comment"),
        new(typeof(CommentJudged), "comment-judged", 1, "comment"),
        // decisions about them
        new(typeof(CommentApproved), "comment-approved", 1, "comment"),
        new(typeof(CommentRejected), "comment-rejected", 1, "comment"),
        new(typeof(CommentRestored), "comment-restored", 1, "comment"),
        new(typeof(CommentFeatured), "comment-featured", 1, "comment"),
        new(typeof(CommentUnfeatured), "comment-unfeatured", 1, "comment"),
        new(typeof(CommentDecisionUndone), "comment-decision-undone", 1, "comment"),
        new(typeof(DecisionAppealed), "decision-appealed", 1, "comment"),
        new(typeof(AppealDecided), "appeal-decided", 1, "comment"),
        // reactions and flags
        new(typeof(ReactionSet), "reaction-set", 1, "reaction"),
        new(typeof(ReactionRemoved), "reaction-removed", 1, "reaction"),
        new(typeof(CommentFlagged), "comment-flagged", 1, "flag"),
        new(typeof(FlagNotesPurged), "flag-notes-purged", 1, "comment"),
        // commenters
        new(typeof(CommenterJoined), "commenter-joined", 1, "commenter"),
        new(typeof(CommenterRenamed), "commenter-renamed", 1, "commenter"),
        // decisions about them
        new(typeof(CommenterBanned), "commenter-banned", 1, "commenter"),
        new(typeof(CommenterSuspended), "commenter-suspended", 1, "commenter"),
        new(typeof(CommenterShadowed), "commenter-shadowed", 1, "commenter"),
        new(typeof(CommenterWarned), "commenter-warned", 1, "commenter"),
        new(typeof(WarningAcknowledged), "warning-acknowledged", 1, "commenter"),
        new(typeof(CommenterPremoderated), "commenter-premoderated", 1, "commenter"),
        new(typeof(CommenterReinstated), "commenter-reinstated", 1, "commenter"),
        new(typeof(CommenterNoted), "commenter-noted", 1, "commenter"),
        new(typeof(CommenterDecisionUndone), "commenter-decision-undone", 1, "commenter"),
    ];

    static readonly Dictionary<string, Entry> ByName = All.ToDictionary(e => e.Name);

    static readonly Dictionary<Type, Entry> ByType = All.ToDictionary(e => e.Type);

    public static Entry? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A stored event; null where it is none of the history, such as Marten's own.</summary>
    public static object? Read(string name, byte[] data) => Find(name)?.Read(data);

    public static bool IsOurs(object @event) => ByType.ContainsKey(@event.GetType());

    public static Entry Of(object @event) => ByType[@event.GetType()];

    public static void Map(IEventStoreOptions events)
    {
        foreach (var e in All)
            e.Map(events);
    }
}
