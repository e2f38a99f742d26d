using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Notices;
using ThreadStore.Postgres;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>
/// The rows that a batch of commands, or a stretch of history, is about: wanted, then loaded, then folded, then written.
/// Decisions read it, and each sees what those before it in the batch decided.
/// </summary>
public sealed partial class WorkingSet
{
    public Rows<Site> Sites { get; } = new();
    public Rows<Article> Articles { get; init; } = new();
    public Rows<Commenter> Commenters { get; init; } = new();
    public Rows<Comment> Comments { get; init; } = new();
    public Rows<Reaction> Reactions { get; init; } = new();
    public Rows<Flag> Flags { get; } = new();
    public Rows<Notice> Notices { get; } = new();
    public Rows<Appeal> Appeals { get; init; } = new();
    public Rows<DoneRequest> Requests { get; init; } = new();

    /// <summary>Articles that lost their newest comment: the one before it is found when the rows are written.</summary>
    public HashSet<(string Site, Guid Id)> LostNewest { get; } = [];

    /// <summary>Texts that were posted of late, when last and in which comment; see <see cref="TextHash"/>.</summary>
    public Dictionary<long, (DateTimeOffset At, Guid Comment)> RecentTexts { get; } = [];

    /// <summary>What authors wrote of late, where screening asks for it.</summary>
    public RecentComments Recent { get; } = new();

    public PastVerdicts Verdicts { get; } = new();

    /// <summary>What is written with the events that follows from no event: what is secret, or for this database alone.</summary>
    public List<RowStatement> Beside { get; } = [];

    /// <summary>Something must be loaded before commands can be decided.</summary>
    public bool AnyWanted =>
        Sites.AnyWanted
        || Articles.AnyWanted
        || Commenters.AnyWanted
        || Comments.AnyWanted
        || Reactions.AnyWanted
        || Flags.AnyWanted
        || Notices.AnyWanted
        || Appeals.AnyWanted
        || Requests.AnyWanted
        || Authors.Count > 0
        || AnyMoveWanted
        || WantedBranches.Count > 0
        || Recent.AnyWanted
        || Verdicts.Wanted.Count > 0;

    /// <summary>What was wanted and is not known does not exist.</summary>
    public void LoadedAll()
    {
        Sites.LoadedAll();
        Articles.LoadedAll();
        Commenters.LoadedAll();
        Comments.LoadedAll();
        Reactions.LoadedAll();
        Flags.LoadedAll();
        Notices.LoadedAll();
        Appeals.LoadedAll();
        Requests.LoadedAll();
        Recent.LoadedAll();
        Verdicts.LoadedAll();
        branches?.Clear();
    }

    /// <summary>Applies one event. The only place that says what an event does to the rows.</summary>
    public void Apply(string site, object @event)
    {
        if (@event is KeyedEvent { Request: { } request } keyed)
            Done(site, request, keyed);
        Verdicts.Happened(site, @event);
        Wrote(site, @event);
        switch (@event)
        {
            case SiteConfigured e:
                var configured = Site.After(Sites[site, Guid.Empty], site, e);
                Sites.Put(site, Guid.Empty, configured, RowChange.Whole);
                break;

            case ModelAdopted e:
                var adopting = Site.After(Sites[site, Guid.Empty], site, e);
                Sites.Put(site, Guid.Empty, adopting, RowChange.Whole);
                break;

            case IIdentityEvent:
                break;

            case ArticleRegistered e:
                var free = Articles[site, StreamId.Article(site, e.ArticleKey)];
                var registered = Article.After(free, site, e);
                var change = free is null ? RowChange.Whole : RowChange.Whole | RowChange.Moved;
                Articles.Put(site, registered.Id, registered, change);
                break;
            case IArticleMove e:
                Move(site, e);
                break;
            case ArticleRevised e:
                Revise(site, e, RowChange.Whole);
                break;
            case IArticleEvent e:
                Revise(site, e, RowChange.State);
                break;

            case CommenterJoined e:
                var joined = Commenter.After(null, site, e);
                Commenters.Put(site, joined.Id, joined, RowChange.Whole);
                break;
            case CommenterRenamed e:
                Regard(site, e.CommenterKey, e);
                break;
            case WarningAcknowledged e:
                Regard(site, e.CommenterKey, e);
                break;
            case ICommenterDecision e:
                Log(site, e.CommenterKey, e.DecisionId, e.By, e);
                break;
            case CommenterDecisionUndone e:
                Log(site, e.CommenterKey, e.DecisionId, e.By, e);
                break;
            case CommenterDiscounted e:
                Log(site, e.CommenterKey, e.DecisionId, e.By, e);
                break;
            case CommenterRecounted e:
                Log(site, e.CommenterKey, e.DecisionId, e.By, e);
                break;
            case CommenterNoted e:
                Log(site, e.CommenterKey, e.DecisionId, e.By, e);
                break;

            case CommentPosted e:
                Post(Comment.After(null, site, e));
                break;
            case CommentEdited e:
                Edit(site, e);
                break;
            case CommentDeleted e:
                Delete(site, e);
                break;
            case CommentHeld e:
                Change(Comments.Require(site, e.CommentId), e);
                break;
            case CommentJudged e:
                Change(Comments.Require(site, e.CommentId), e);
                break;
            case ICommentDecision e:
                Decide(site, e);
                break;
            case CommentDecisionUndone e:
                Undo(site, e);
                break;
            case DecisionAppealed e:
                Appeal(site, e);
                break;

            case ReactionSet e:
                React(site, e);
                break;
            case ReactionRemoved e:
                Unreact(site, e);
                break;
            case ReactionRecounted e:
                Recount(site, e);
                break;
            case CommentFlagged e:
                Flag(site, e);
                break;
            case FlagRecounted e:
                Recount(site, e);
                break;
            case NoticeReceived e:
                Receive(site, e);
                break;
            case FlagNotesPurged e:
                Purge(site, e);
                break;
            case CommentTextPurged e:
                Purge(site, e);
                break;

            default:
                throw new NotSupportedException($"No row knows what {@event.GetType().Name} does to it.");
        }
    }

    /// <summary>The articles whose discussion reads differently now; null: any may.</summary>
    public IReadOnlyCollection<Guid>? ChangedDiscussions()
    {
        if (Sites.Changed(AnyChange).Count > 0)
            return null;
        var articles = Comments.Changed(AnyChange).Select(c => c.ArticleId).ToHashSet();
        articles.UnionWith(Articles.Changed(AnyChange).Select(a => a.Id));
        return articles;
    }

    /// <summary>A text was posted; see <see cref="TextHash"/>.</summary>
    public void Posted(long text, DateTimeOffset at, Guid comment)
    {
        if (!RecentTexts.TryGetValue(text, out var last) || last.At < at)
            RecentTexts[text] = (at, comment);
    }

    const RowChange AnyChange = ~RowChange.None;

    /// <summary>One request may have caused several events.</summary>
    void Done(string site, KeyedRequest request, KeyedEvent e)
    {
        Guid? comment = e switch
        {
            ICommentDecision d => d.CommentId,
            CommentDecisionUndone u => u.CommentId,
            _ => null,
        };
        IReadOnlyList<Guid> before = Requests[site, request.Id]?.Comments ?? [];
        var done = new DoneRequest(
            site,
            request.Id,
            request.BodyHash,
            comment is { } id ? [.. before, id] : before
        );
        Requests.Put(site, request.Id, done, RowChange.Whole);
    }

    void Revise(string site, IArticleEvent e, RowChange change)
    {
        var article = Articles.Require(site, StreamId.Article(site, e.ArticleKey));
        Articles.Put(site, article.Id, Article.After(article, site, e), change);
    }
}

/// <summary>The rows of one table that are wanted, known and changed.</summary>
public sealed class Rows<T>
    where T : class
{
    readonly Dictionary<(string Site, Guid Id), (T? Row, RowChange Change)> known = [];
    readonly Dictionary<(string Site, Guid Id), bool> wanted = [];

    /// <summary>Has it loaded, unless it is known already.</summary>
    /// <param name="climb">For a comment: also what a change of its state may reach: what stands above it, its article,
    /// its author.</param>
    public void Want(string site, Guid id, bool climb = false)
    {
        if (!known.ContainsKey((site, id)))
            wanted[(site, id)] = climb || wanted.GetValueOrDefault((site, id));
    }

    public IReadOnlyDictionary<(string Site, Guid Id), bool> Wanted => wanted;

    /// <summary>What stands in for rows that nobody wanted, for whoever folds a part of the history alone.</summary>
    public Func<Guid, T?>? Unknown { get; init; }

    /// <summary>The row, or null where there is none.</summary>
    /// <exception cref="InvalidOperationException">Nobody wanted it, so nobody knows.</exception>
    public T? this[string site, Guid id] =>
        known.TryGetValue((site, id), out var entry) ? entry.Row
        : Unknown is { } unknown ? unknown(id)
        : throw new InvalidOperationException($"{typeof(T).Name} {id} was not loaded.");

    /// <summary>The row; null also where it was not loaded.</summary>
    public T? Known(string site, Guid id) => known.GetValueOrDefault((site, id)).Row;

    public T Require(string site, Guid id) =>
        this[site, id] ?? throw new InvalidOperationException($"{typeof(T).Name} {id} does not exist.");

    public void Put(string site, Guid id, T row, RowChange change)
    {
        var before = known.GetValueOrDefault((site, id)).Change;
        known[(site, id)] = (row, before | change);
    }

    public void Loaded(string site, Guid id, T row)
    {
        known.TryAdd((site, id), (row, RowChange.None));
        wanted.Remove((site, id));
    }

    /// <summary>There can be none, so nobody need look.</summary>
    public void Absent(string site, Guid id) => known.TryAdd((site, id), (null, RowChange.None));

    /// <summary>The rows that are there, as they are now.</summary>
    public IEnumerable<KeyValuePair<(string Site, Guid Id), T>> Present
    {
        get
        {
            foreach (var (key, (row, _)) in known)
            {
                if (row is not null)
                    yield return new(key, row);
            }
        }
    }

    /// <summary>What was wanted and not found does not exist.</summary>
    public void LoadedAll()
    {
        foreach (var key in wanted.Keys)
            known.TryAdd(key, (null, RowChange.None));
        wanted.Clear();
    }

    public List<T> Changed(RowChange with, RowChange without = RowChange.None) =>
        [
            .. known
                .Values.Where(e => e.Row is not null && (e.Change & with) != 0 && (e.Change & without) == 0)
                .Select(e => e.Row!),
        ];

    public bool AnyWanted => wanted.Count > 0;

    /// <summary>All that are known and exist.</summary>
    public IReadOnlyList<T> All => [.. known.Values.Where(e => e.Row is not null).Select(e => e.Row!)];
}
