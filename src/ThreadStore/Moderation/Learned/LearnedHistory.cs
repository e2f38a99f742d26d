using System.IO.Hashing;
using System.Runtime.InteropServices;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation.Learned;

/// <summary>A text as it was read beside the fold.</summary>
public sealed record ReadText(string Unmasked, Facts Facts, string? Script);

/// <summary>What is known of a lesson beside what is learned from it.</summary>
/// <param name="Position">Of the event that submitted the text.</param>
/// <param name="Author">A number for them.</param>
/// <param name="Script">That of its letters, where it is not Latin.</param>
/// <param name="IsDecided">By a person.</param>
public readonly record struct Taught(
    Guid Comment,
    long Position,
    DateTimeOffset At,
    int Author,
    string? Script,
    bool IsDecided
);

/// <summary>
/// A site's history as lessons: each text with what moderators made of it in the end, and with what was known of its author
/// when it was written.
/// </summary>
/// <remarks>Texts of the erased are empty in the history, and what authors deleted or the site purged is left out.</remarks>
public sealed class LearnedHistory(string site)
{
    /// <summary>Nobody looked, and readers read it.</summary>
    const float Unseen = 0.05f;

    /// <summary>Nobody looked; a rule of the site would not have it.</summary>
    const float ByRule = 0.1f;

    /// <summary>Taken away with all that a banned commenter wrote, whatever it says.</summary>
    const float WithBan = 0.3f;

    sealed class Entry
    {
        public required int Author { get; init; }
        public int Lesson { get; set; }
        public Visibility Stands { get; set; } = Visibility.Published;
    }

    sealed class Record
    {
        public int Published { get; set; }
        public int Rejected { get; set; }
    }

    readonly Dictionary<Guid, Entry> comments = [];
    readonly Dictionary<Guid, int> authors = [];
    readonly List<Record> records = [];
    readonly List<Taught> taught = [];

    public Lessons Lessons { get; } = new();

    public IReadOnlyList<Taught> Taught => taught;

    /// <summary>Texts on which a person decided.</summary>
    public int Decided { get; private set; }

    public static bool Follows(Type e) =>
        e == typeof(CommentPosted)
        || e == typeof(CommentEdited)
        || e == typeof(CommentDeleted)
        || e == typeof(CommentHeld)
        || e == typeof(CommentJudged)
        || e == typeof(CommentDecisionUndone)
        || e == typeof(CommentTextPurged)
        || (e.IsAssignableTo(typeof(ICommentDecision)) && !e.IsAssignableTo(typeof(IBranchDecision)));

    /// <summary>What of an event needs nothing but the event.</summary>
    public static ReadText? Read(object @event) =>
        @event switch
        {
            CommentPosted e => Read(e.Text),
            CommentEdited e => Read(e.Text),
            _ => null,
        };

    static ReadText Read(CommentText text) =>
        new(LookAlikes.Unmask(text), CommentFacts.OfText(text.Body), Scripts.Of(text.Body));

    /// <param name="text">What <see cref="Read(object)"/> made of it.</param>
    public void Apply(long position, object @event, ReadText? text)
    {
        switch (@event)
        {
            case CommentPosted e:
                var entry = new Entry { Author = NumberOf(StreamId.Commenter(site, e.Author.Key)) };
                comments[e.CommentId] = entry;
                Submit(
                    entry,
                    new(e.CommentId, position, e.PostedAt, entry.Author, text?.Script, false),
                    text
                );
                // it is nobody's yet, so none that was published is taken away
                entry.Stands = new(CommentState.Pending, RemovedBy.Rule);
                Stand(entry, e);
                break;
            case CommentEdited e when comments.TryGetValue(e.CommentId, out var edited):
                if (!taught[edited.Lesson].IsDecided)
                    Leave(edited);
                Submit(edited, new(e.CommentId, position, e.At, edited.Author, text?.Script, false), text);
                Stand(edited, e);
                break;
            case CommentTextPurged e when comments.TryGetValue(e.CommentId, out var purged):
                Leave(purged);
                break;
            case CommentDecisionUndone { OfBranch: true } or IBranchDecision:
                break;
            default:
                if (CommentEvents.StreamOf(@event) is { } id && comments.TryGetValue(id, out var known))
                    Judge(known, @event);
                break;
        }
    }

    void Judge(Entry entry, object @event)
    {
        Stand(entry, @event);
        switch (@event)
        {
            case CommentDeleted { DecisionId: null }:
                Leave(entry);
                break;
            case CommentDeleted:
                Decide(entry, isRejected: true, 1);
                break;
            case CommentRejected e:
                Decide(entry, isRejected: true, e.WithBanOf is null ? 1 : WithBan);
                break;
            case AppealDecided e:
                Decide(entry, e.Uphold, 1);
                break;
            case CommentApproved or CommentRestored or CommentFeatured:
                Decide(entry, isRejected: false, 1);
                break;
            case CommentDecisionUndone { Restored: { Decision: null } }:
                SetDecided(entry.Lesson, false);
                Unseeing(entry);
                break;
            case CommentDecisionUndone e:
                Decide(entry, e.Restored.State is CommentState.Rejected or CommentState.Deleted, 1);
                break;
            default:
                break;
        }
    }

    /// <summary>Texts to learn from. Of those that nobody looked at each second is left, for whoever judges the model by
    /// what is decided later.</summary>
    public List<int> ToLearn()
    {
        var numbers = new List<int>();
        for (var i = 0; i < taught.Count; i++)
            if (Lessons[i].Weight > 0 && (taught[i].IsDecided || IsTaken(taught[i].Comment)))
                numbers.Add(i);
        return numbers;
    }

    /// <summary>The same for the same comment; ids begin with the time, so it goes by all of it.</summary>
    static bool IsTaken(Guid comment) =>
        (XxHash32.HashToUInt32(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in comment))) & 1) == 0;

    void Submit(Entry entry, Taught about, ReadText? text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var record = records[entry.Author];
        entry.Lesson = Lessons.Add(
            text.Unmasked,
            new(text.Facts | CommentFacts.OfAuthor(record.Published, record.Rejected), false, 0)
        );
        taught.Add(about);
    }

    /// <summary>How the comment stands from now on.</summary>
    void Stand(Entry entry, object @event)
    {
        var (before, after) = (entry.Stands, entry.Stands.After(@event));
        entry.Stands = after;
        var record = records[entry.Author];
        record.Published += (after.IsPublished ? 1 : 0) - (before.IsPublished ? 1 : 0);
        record.Rejected +=
            (after.State == CommentState.Rejected ? 1 : 0) - (before.State == CommentState.Rejected ? 1 : 0);
        if (!taught[entry.Lesson].IsDecided)
            Unseeing(entry);
    }

    /// <summary>Nobody looked at it.</summary>
    void Unseeing(Entry entry) =>
        Change(
            entry.Lesson,
            entry.Stands.State == CommentState.Rejected,
            // an empty text is what is left of somebody who was erased
            Lessons.IsEmpty(entry.Lesson)
                ? 0
                : entry.Stands.State switch
                {
                    CommentState.Published => Unseen,
                    CommentState.Rejected => ByRule,
                    _ => 0,
                }
        );

    void Decide(Entry entry, bool isRejected, float weight)
    {
        if (Lessons.IsEmpty(entry.Lesson))
            return;
        SetDecided(entry.Lesson, true);
        Change(entry.Lesson, isRejected, weight);
    }

    void Leave(Entry entry)
    {
        SetDecided(entry.Lesson, false);
        Change(entry.Lesson, false, 0);
    }

    void SetDecided(int i, bool isDecided)
    {
        Decided += (isDecided ? 1 : 0) - (taught[i].IsDecided ? 1 : 0);
        taught[i] = taught[i] with { IsDecided = isDecided };
    }

    void Change(int i, bool isRejected, float weight) =>
        Lessons.Change(i, Lessons[i] with { IsRejected = isRejected, Weight = weight });

    int NumberOf(Guid author)
    {
        if (authors.TryGetValue(author, out var number))
            return number;
        authors[author] = records.Count;
        records.Add(new());
        return records.Count - 1;
    }
}
