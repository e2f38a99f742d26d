using System.Buffers;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Live;

/// <summary>What the feed must know of a stored event.</summary>
/// <param name="CommentId">Null for what is about the article alone.</param>
/// <param name="Before">The state that its comment had before; null: there was none, or the event leaves it alone.</param>
/// <param name="After">The state that it gave its comment; null: it leaves it alone.</param>
/// <param name="From">The other article, where comments were moved between two; else null.</param>
public sealed record LiveEvent(
    long Position,
    string Site,
    string Type,
    string ArticleKey,
    Guid? CommentId,
    CommentState? Before,
    CommentState? After,
    string? From = null
)
{
    /// <summary>The article's comments came from another one, or went back there.</summary>
    public bool IsMove => From is not null;

    public bool IsReaction => Type is "reaction-set" or "reaction-removed" or "reaction-recounted";

    public bool ChangesCount =>
        After is not null && Before == CommentState.Published != (After == CommentState.Published);
}

/// <summary>The rows behind a few events, as they stand when the messages are made.</summary>
public sealed record LiveRows(
    IReadOnlyDictionary<(string Site, Guid Id), CommentView> Comments,
    IReadOnlyDictionary<(string Site, string Key), ArticleNow> Articles
);

/// <summary>An article as it stands.</summary>
public sealed record ArticleNow(int CommentCount, bool IsWithdrawn);

/// <summary>One message to readers. One that has neither a comment nor a count is about the discussion.</summary>
/// <param name="About">The position of the event that it tells of.</param>
public sealed record LiveMessage(string Name, long About, CommentView? Comment = null, int? Count = null)
{
    /// <summary>With it the reader has all messages up to its position.</summary>
    public LiveId Id { get; init; } = new(About, HasCount: Count is not null);

    public const string Published = "comment-published";
    public const string Edited = "comment-edited";
    public const string Removed = "comment-removed";
    public const string Reactions = "reactions-changed";
    public const string CountChanged = "count-changed";
    public const string Closed = "discussion-closed";
    public const string Opened = "discussion-opened";
    public const string Resync = "resync";

    /// <summary>Events that set their comment's state, or say what it is; <see cref="StateAfter"/> knows to which.</summary>
    public static readonly string[] StateEvents =
    [
        .. EventCatalogue.All.Where(e => e.MakesVersion).Select(e => e.Name),
    ];

    /// <summary>All events that may lead to a message, or end a stream.</summary>
    public static readonly string[] Heard =
    [
        .. StateEvents,
        "reaction-set",
        "reaction-removed",
        "reaction-recounted",
        "discussion-closed",
        "discussion-opened",
        "article-withdrawn",
        "article-renamed",
        "article-merged",
        "article-move-undone",
    ];

    /// <summary>Events of comments and articles of which readers are told nothing.</summary>
    public static readonly string[] Unheard =
    [
        "article-registered",
        "article-revised",
        "article-published",
        "article-moderation-set",
        "decision-appealed",
        "flag-notes-purged",
        "comment-text-purged",
    ];

    /// <param name="state">What the event itself says, where it does.</param>
    public static CommentState? StateAfter(string type, string? state) =>
        type switch
        {
            "comment-deleted" => CommentState.Deleted,
            "comment-held" => CommentState.Pending,
            "comment-approved" or "comment-restored" or "comment-released" => CommentState.Published,
            "comment-rejected" => CommentState.Rejected,
            _ => Words.TryParse<CommentState>(state ?? ""),
        };

    /// <summary>The events that are still worth a message: of the reactions to a comment, the last.</summary>
    public static List<LiveEvent> Collapse(IReadOnlyList<LiveEvent> events)
    {
        var last = new Dictionary<Guid, long>();
        foreach (var e in events)
            if (e is { IsReaction: true, CommentId: { } id })
                last[id] = e.Position;
        return [.. events.Where(e => !e.IsReaction || last[e.CommentId ?? default] == e.Position)];
    }

    /// <summary>
    /// What readers of one article are told of its events, in order. Texts and counts are those of the rows, which may
    /// be ahead of the events: where a row no longer bears an event out, a later event says so, and will be told.
    /// </summary>
    /// <param name="maySend">Whether this reaction may be told of now.</param>
    public static List<LiveMessage> Of(
        IReadOnlyList<LiveEvent> events,
        LiveRows rows,
        Func<LiveEvent, bool> maySend
    )
    {
        var messages = new List<LiveMessage>();
        var counted = -1L;
        foreach (var e in events)
            if (e.ChangesCount)
                counted = e.Position;
        foreach (var e in events)
        {
            var comment = e.CommentId is { } id ? rows.Comments.GetValueOrDefault((e.Site, id)) : null;
            if (NameOf(e, comment) is { } name && (!e.IsReaction || maySend(e)))
                messages.Add(new(name, e.Position, comment));
            // it is the same number for all of them: once is enough
            if (
                e.Position == counted
                && rows.Articles.GetValueOrDefault((e.Site, e.ArticleKey)) is { } article
            )
                messages.Add(new(CountChanged, e.Position, Count: article.CommentCount));
        }
        return messages;
    }

    static string? NameOf(LiveEvent e, CommentView? now)
    {
        if (e.CommentId is null)
            return e.Type is Closed or Opened ? e.Type : null;
        var isShown = now?.State == CommentState.Published;
        if (e.IsReaction)
            return isShown ? Reactions : null;
        if (e.After is null || now is null)
            return null;
        return (e.Before == CommentState.Published, e.After == CommentState.Published, isShown) switch
        {
            (false, true, true) => Published,
            // a verdict that is only recorded is nothing to readers
            (true, true, true) => e.Type == "comment-judged" ? null : Edited,
            (true, false, false) => Removed,
            _ => null,
        };
    }

    /// <summary>Writes it as a Server-Sent Event.</summary>
    /// <param name="article">The article's key as a JSON string.</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> article)
    {
        output.Write("event: "u8);
        output.Append(Name);
        output.Write("\nid: "u8);
        Id.Write(output);
        output.Write("\ndata: "u8);
        if (Comment is not null)
            Comment.Write(output, article, maySeeHidden: false);
        else if (Count is { } count)
        {
            output.Write("{\"commentCount\":"u8);
            output.Append(count);
            output.Write("}"u8);
        }
        else
        {
            output.Write("{\"article\":"u8);
            output.Write(article);
            output.Write(Name == Closed ? ",\"discussion\":\"closed\"}"u8 : ",\"discussion\":\"open\"}"u8);
        }
        output.Write("\n\n"u8);
    }
}

/// <summary>Messages to the readers of one article, made once and sent to all of them.</summary>
public sealed class Frame
{
    readonly ReadOnlyMemory<byte> bytes;
    readonly (long About, int Start)[] messages;

    public Frame(IReadOnlyList<LiveMessage> content, string article)
    {
        var key = JsonSerializer.SerializeToUtf8Bytes(article, Json.Options);
        var output = new ArrayBufferWriter<byte>(1024);
        messages = new (long, int)[content.Count];
        for (var i = 0; i < content.Count; i++)
        {
            messages[i] = (content[i].About, output.WrittenCount);
            content[i].Write(output, key);
        }
        bytes = output.WrittenMemory;
    }

    public ReadOnlyMemory<byte> All => bytes;

    /// <summary>What tells a reader who has all up to a position of what came after it; empty where nothing does.</summary>
    public ReadOnlyMemory<byte> After(long position)
    {
        if (messages[0].About > position)
            return bytes;
        var first = Array.FindIndex(messages, m => m.About > position);
        return first < 0 ? default : bytes[messages[first].Start..];
    }
}
