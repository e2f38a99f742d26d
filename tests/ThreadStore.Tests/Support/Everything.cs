using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Notices;
using ThreadStore.Privacy;
using ThreadStore.Sites;

namespace ThreadStore.Tests.Support;

/// <summary>A small history in which every event happens at least once, each where it may.</summary>
public sealed class Everything
{
    const string Article = "a";
    const string Moderator = "mod";
    static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    readonly string site;
    readonly List<StreamEvent> events = [];
    readonly Dictionary<Guid, Comment> comments = [];
    readonly Dictionary<string, Commenter> people = [];

    /// <summary>All after the site's settings, which are there already.</summary>
    public static IReadOnlyList<StreamEvent> After(string site) => new Everything(site).events;

    DateTimeOffset Now => Start.AddMinutes(events.Count);

    static Guid Id(int n) => new(n, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 9]);

    Everything(string site)
    {
        this.site = site;
        events.Add(new(StreamId.Site(site), new SiteConfigured(site, new() { Name = "S" }, "root", Now)));
        events.Add(
            new(
                StreamId.Site(site),
                new ModelAdopted("0123abcd", 100, 0.8, 0.5, 40, 10, 0.81, 0.62, "root", Now)
            )
        );
        Trust();
        Publish();
        var (first, second, third) = (Id(1), Id(2), Id(3));
        foreach (var key in (string[])["ada", "ben", Moderator])
            Join(key);
        About("ada", _ => new CommenterRenamed("ada", "Ada L.", null, "ada", Now));
        Write(first, parent: null, CommentState.Published);
        Write(second, first, CommentState.Pending);
        Write(third, first, CommentState.Published);
        Discuss(first);
        Decide(second);
        Appeal(second);
        About("ada", Stand);
        Move();
    }

    /// <summary>To another key and back; and another article's comments come here.</summary>
    void Move()
    {
        const string other = "b";
        const string renamed = "a2";
        ArticleContent content = new("Two", "https://news.example/a", "s", "w", ["t"], Start, ["P"]);
        events.Add(
            StreamEvent.First<Article>(
                StreamId.Article(site, other),
                new ArticleRegistered(
                    other,
                    content with
                    {
                        Url = "https://news.example/b",
                    },
                    "cms",
                    Now,
                    null
                )
            )
        );
        var stream = StreamId.Article(site, renamed);
        string[] urls = [WebAddress.Key("https://news.example/a")];
        events.Add(
            StreamEvent.First<Article>(
                stream,
                new ArticleRenamed(
                    renamed,
                    Article,
                    Id(30),
                    content,
                    urls,
                    Start,
                    IsWithdrawn: false,
                    IsClosed: false,
                    Now,
                    ModerationMode.Post,
                    WasItsOwn: false,
                    "cms",
                    Now
                )
            )
        );
        events.Add(
            new(
                stream,
                new ArticleMerged(
                    renamed,
                    other,
                    Id(31),
                    [WebAddress.Key("https://news.example/b")],
                    "cms",
                    Now
                )
            )
        );
        events.Add(
            new(
                stream,
                new ArticleMoveUndone(
                    renamed,
                    other,
                    Id(32),
                    Id(31),
                    [WebAddress.Key("https://news.example/b")],
                    WasRenaming: false,
                    WasItsOwn: false,
                    Moderator,
                    Now
                )
            )
        );
    }

    void Trust()
    {
        foreach (
            var e in (object[])
                [
                    new SiteKeySet("k1", "RS256", null, "root", Now),
                    new SiteKeyRemoved("k1", "root", Now),
                    new ApiKeyMade(Id(30), "The CMS", ["service"], null, "root", Now),
                    new ApiKeyRevoked(Id(30), "root", Now),
                    new CommenterSignedOut("ada", "ada", Now),
                    new CommenterErased("erased:1", Id(33), 0, 0, "erased:1", Now),
                ]
        )
            events.Add(new(StreamId.Site(site), e));
    }

    void Publish()
    {
        var stream = StreamId.Article(site, Article);
        ArticleContent Content(string title) =>
            new(title, "https://news.example/a", "s", "w", ["t"], Now, ["P"]);
        events.Add(
            StreamEvent.First<Article>(
                stream,
                new ArticleRegistered(Article, Content("One"), "cms", Now, new("text", "1"))
            )
        );
        foreach (
            var e in (object[])
                [
                    new ArticleRevised(Article, Content("Two"), "cms", Now),
                    new ArticleWithdrawn(Article, "cms", Now),
                    new ArticlePublished(Article, "cms", Now),
                    new DiscussionClosed(Article, "cms", Now),
                    new DiscussionOpened(Article, "cms", Now),
                    new ArticleModerationSet(Article, ModerationMode.Post, Moderator, Now, 60),
                ]
        )
            events.Add(new(stream, e));
    }

    void Join(string key)
    {
        var joined = new CommenterJoined(key, key, "https://p.example/1.png", key, Now, null);
        people[key] = Commenter.After(null, site, joined);
        events.Add(StreamEvent.First<Commenter>(people[key].Id, joined));
    }

    void About(string key, params Func<Commenter, object>[] happen)
    {
        foreach (var e in happen.Select(h => h(people[key])))
        {
            people[key] = Commenter.After(people[key], site, e);
            events.Add(new(people[key].Id, e));
        }
    }

    void About(string key, Func<Func<Commenter, object>[]> all) => About(key, all());

    Func<Commenter, object>[] Stand()
    {
        const DecisionMeans means = DecisionMeans.Person;
        var (at, until) = (Now, Now.AddDays(1));
        return
        [
            c => new CommenterWarned("ada", Id(20), means, "Mind it", c.Status, Moderator, at),
            _ => new WarningAcknowledged("ada", "ada", at),
            c => new CommenterPremoderated("ada", Id(21), means, null, c.Status, Moderator, at),
            c => new CommenterShadowed("ada", Id(22), means, "Why", c.Status, Moderator, at),
            c => new CommenterSuspended("ada", Id(23), means, "Why", until, c.Status, Moderator, at),
            c => new CommenterBanned("ada", Id(24), means, "Why", null, false, c.Status, Moderator, at),
            c => new CommenterDecisionUndone("ada", Id(25), Id(24), c.Status, Moderator, at),
            c => new CommenterReinstated("ada", Id(26), means, null, c.Status, Moderator, at),
            _ => new CommenterNoted("ada", Id(27), "Nice after all", Moderator, at),
        ];
    }

    void Write(Guid id, Guid? parent, CommentState state)
    {
        var posted = Past.Posted(id, Article, Now, parent, parent is null ? 0 : 1) with
        {
            State = state,
            Verdicts = [new("suspectWord", 1, state == CommentState.Published ? null : state, "word")],
        };
        comments[id] = Comment.After(null, site, posted);
        events.Add(StreamEvent.First<Comment>(id, posted));
    }

    void Happen(Guid id, Func<CommentStatus, object> happen)
    {
        var e = happen(comments[id].Status);
        comments[id] = Comment.After(comments[id], site, e);
        events.Add(new(id, e));
    }

    void Discuss(Guid id)
    {
        var reaction = StreamId.Reaction(id, "ben");
        events.Add(
            StreamEvent.First<Reaction>(reaction, new ReactionSet(id, Article, "like", 1, null, "ben", Now))
        );
        events.Add(new(reaction, new ReactionSet(id, Article, "dislike", -1, new("like", 1), "ben", Now)));
        events.Add(new(reaction, new ReactionRemoved(id, Article, new("dislike", -1), "ben", Now)));
        events.Add(
            StreamEvent.First<Flag>(
                StreamId.Flag(id, "ben"),
                new CommentFlagged(id, Article, FlagReason.Spam, "A note", "ben", Now)
            )
        );
        events.Add(
            StreamEvent.First<Notice>(
                Id(50),
                new NoticeReceived(Id(50), id, Article, NoticeReason.Defamation, "It is not true", "ben", Now)
            )
        );
        comments[id] = comments[id] with { Flags = 2, Notices = 1 };
        Happen(id, _ => new CommentHeld(id, Article, HoldReason.Flags, "ben", Now));
        Discount(id, reaction);
        Happen(id, _ => new FlagNotesPurged(id, Article, Now, PurgeFlagNotes.By, Now));
        Happen(id, _ => new CommentTextPurged(id, Article, PurgeFlagNotes.By, Now));
        Happen(id, _ => new CommentHeld(id, Article, HoldReason.Flags, "ben", Now));
        Happen(
            id,
            _ => new CommentJudged(
                id,
                Article,
                "machine",
                1,
                0.5,
                VerdictAction.Hold,
                ["toxic"],
                CommentState.Pending,
                DecisionMeans.Rule,
                "machine",
                Now
            )
        );
    }

    /// <summary>And undoes it.</summary>
    void Discount(Guid id, Guid reaction)
    {
        var (flag, cast) = (StreamId.Flag(id, "ben"), Now);
        PlacedReaction like = new("like", 1);
        events.Add(new(reaction, new ReactionSet(id, Article, "like", 1, null, "ben", Now)));
        About(
            "ben",
            _ => new CommenterDiscounted("ben", Id(28), "A ring", Article, Start, null, Moderator, Now)
        );
        ReactionRecounted unliked = new(
            id,
            Article,
            "ben",
            Id(28),
            like,
            like with
            {
                Shadowed = true,
            },
            [cast],
            Moderator,
            Now
        );
        events.Add(new(reaction, unliked));
        FlagRecounted unflagged = new(id, Article, "ben", Id(28), true, Start, 1, Moderator, Now);
        events.Add(new(flag, unflagged));
        comments[id] = comments[id] with { Flags = 1 };
        Happen(
            id,
            s => new CommentReleased(
                id,
                Article,
                Id(28),
                1,
                s with
                {
                    Flags = 0,
                    Notices = 0,
                },
                Moderator,
                Now
            )
        );
        events.Add(
            new(
                reaction,
                unliked with
                {
                    DecisionId = Id(29),
                    Previous = unliked.Placed,
                    Placed = like,
                    At = Now,
                    Undone = Id(28),
                }
            )
        );
        events.Add(
            new(
                flag,
                unflagged with
                {
                    DecisionId = Id(29),
                    Shadowed = false,
                    Left = 2,
                    At = Now,
                    Undone = Id(28),
                }
            )
        );
        comments[id] = comments[id] with { Flags = 2 };
        About("ben", _ => new CommenterRecounted("ben", Id(29), Id(28), Moderator, Now));
    }

    void Decide(Guid id)
    {
        const DecisionMeans means = DecisionMeans.Person;
        const CommentState published = CommentState.Published;
        Happen(
            id,
            _ => new CommentEdited(
                id,
                Article,
                "Better",
                BodyFormat.Markdown,
                CommentState.Pending,
                [new("heldBefore", 1, CommentState.Pending, null)],
                "ada",
                Now
            )
        );
        Happen(id, s => new CommentApproved(id, Article, Id(10), means, "N", s, Moderator, Now));
        Happen(id, s => new CommentFeatured(id, Article, Id(11), means, null, published, s, Moderator, Now));
        Happen(
            id,
            s => new CommentUnfeatured(id, Article, Id(12), means, null, published, s, Moderator, Now)
        );
        Happen(id, s => new CommentDeleted(id, Article, RemovedBy.Moderator, Moderator, Now, Id(13), s));
        Happen(id, s => new CommentRestored(id, Article, Id(14), means, null, s, Moderator, Now));
        Happen(
            id,
            s => new CommentRejected(
                id,
                Article,
                Id(15),
                means,
                RejectReason.Spam,
                "N",
                null,
                s,
                Moderator,
                Now
            )
        );
        Happen(
            id,
            s => new CommentLocked(id, Article, Id(40), means, "N", CommentState.Rejected, s, Moderator, Now)
        );
        Happen(
            id,
            s => new CommentUnlocked(
                id,
                Article,
                Id(41),
                means,
                null,
                CommentState.Rejected,
                s,
                Moderator,
                Now
            )
        );
        var before = comments[id].Status;
        Happen(
            id,
            s => new CommentRejected(
                id,
                Article,
                Id(16),
                means,
                RejectReason.Other,
                null,
                null,
                s,
                Moderator,
                Now
            )
        );
        Happen(
            id,
            _ => new CommentDecisionUndone(
                id,
                Article,
                Id(17),
                Id(16),
                before.State,
                before,
                false,
                Moderator,
                Now
            )
        );
    }

    void Appeal(Guid id)
    {
        Happen(
            id,
            s => new DecisionAppealed(id, Article, Id(18), s.Decision, s.DecidedBy, "But", "ada", Now)
        );
        Happen(
            id,
            s => new AppealDecided(
                id,
                Article,
                Id(18),
                Id(19),
                DecisionMeans.Person,
                s.Decision,
                true,
                "No",
                s.State,
                s,
                "mod2",
                Now
            )
        );
    }
}
