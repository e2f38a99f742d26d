using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History.Replays;
using ThreadStore.History.Reports;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Moderation;
using ThreadStore.Notices;
using ThreadStore.Sites;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Conventions;

/// <summary>Whoever makes a new event is told here of every table that it belongs into.</summary>
public class EveryEventTests
{
    static readonly IReadOnlyList<EventNames.Entry> Today =
    [
        .. EventCatalogue.All.Where(e => e.Upcast is null),
    ];

    /// <summary>A decision as a later version may bring it.</summary>
    sealed record CommentPraised(
        Guid CommentId,
        string ArticleKey,
        Guid DecisionId,
        CommentStatus Before,
        string By,
        DateTimeOffset At
    ) : KeyedEvent, ICommentDecision;

    sealed record CommenterPraised(
        string CommenterKey,
        Guid DecisionId,
        CommenterStatus Before,
        string By,
        DateTimeOffset At
    ) : KeyedEvent, ICommenterDecision;

    static readonly Comment Rejected = Comment.After(
        null,
        "s",
        Past.Posted(Guid.NewGuid(), "a", Past.Day) with
        {
            State = CommentState.Rejected,
        }
    );

    static readonly CommentPraised Praised = new(
        Rejected.Id,
        "a",
        Guid.NewGuid(),
        Rejected.Status,
        "m",
        Past.Day
    );

    [Fact]
    public void A_decision_that_nobody_has_explained_publishes_nothing()
    {
        Assert.Throws<NotSupportedException>(() => Comment.After(Rejected, "s", Praised));
        Assert.Throws<NotSupportedException>(() => Visibility.Published.After(Praised));
        Assert.Throws<NotSupportedException>(() =>
            new WhatIfFold("s", new(), new HashSet<Guid>()).Apply(1, new CommentsCounted(), null, null)
        );
        Assert.Throws<NotSupportedException>(() =>
            new WhatIfFold("s", new(), new HashSet<Guid>()).Apply(1, Praised, null, null)
        );
        var reports = new ReportFold();
        reports.Known(
            new("s", Rejected.Id, Guid.Empty, null, Guid.Empty, 0, Past.Day, Rejected.State, 0, null, null)
        );
        Assert.Throws<NotSupportedException>(() => reports.Apply("s", Guid.NewGuid(), Praised));
        var ada = Commenter.After(null, "s", new CommenterJoined("ada", "Ada", null, "ada", Past.Day, null));
        Assert.Throws<NotSupportedException>(() =>
            Commenter.After(ada, "s", new CommenterPraised("ada", Guid.NewGuid(), ada.Status, "m", Past.Day))
        );
    }

    sealed record CommentsCounted;

    [Fact]
    public void What_no_aggregate_knows_stops_it()
    {
        var e = new CommentsCounted();

        Assert.Throws<NotSupportedException>(() => Site.After(null, "s", e));
        Assert.Throws<NotSupportedException>(() => Article.After(AnArticle, "s", e));
        Assert.Throws<NotSupportedException>(() => Comment.After(Rejected, "s", e));
        Assert.Throws<NotSupportedException>(() => Appeal.After(null, "s", e));
        Assert.Throws<NotSupportedException>(() => Reaction.After(null, "s", e));
        Assert.Throws<NotSupportedException>(() => Flag.After(null, "s", e));
        Assert.Throws<NotSupportedException>(() => Notice.After(null, "s", e));
        Assert.Throws<NotSupportedException>(() => EventStreams.Of("s", e));
    }

    static readonly Article AnArticle = Article.After(
        null,
        "s",
        new ArticleRegistered("a", new("T", null, null, null, null, null, null), "cms", Past.Day, null)
    );

    [Fact]
    public void Every_event_happens_in_the_history_of_everything() =>
        Assert.Empty(
            Today.Select(e => e.Name).Except(Everything.After("s").Select(e => EventNames.Of(e.Event).Name))
        );

    [Fact]
    public void Every_event_is_of_the_stream_that_it_is_about() =>
        Assert.All(Everything.After("s"), e => Assert.Equal(e.Stream, EventStreams.Of("s", e.Event)));

    [Fact]
    public void Every_event_is_known_to_the_aggregate_of_its_stream()
    {
        var states = new Dictionary<(string, Guid), object?> { };
        foreach (var (stream, e, _) in Everything.After("s"))
        {
            var type = EventNames.Of(e).Stream;
            var before = states.GetValueOrDefault((type, stream));
            states[(type, stream)] = type switch
            {
                "site" => Site.After((Site?)before, "s", e),
                "article" => Article.After((Article?)before, "s", e),
                "comment" => Comment.After((Comment?)before, "s", e),
                "commenter" => Commenter.After((Commenter?)before, "s", e),
                "reaction" => Reaction.After((Reaction?)before, "s", e),
                "flag" => Flag.After((Flag?)before, "s", e),
                "notice" => Notice.After((Notice?)before, "s", e),
                _ => throw new NotSupportedException(type),
            };
        }
    }

    /// <summary>An ETag, and what a classifier is asked about, count the same events.</summary>
    [Fact]
    public void Every_event_of_a_comment_makes_a_version_of_it_or_is_named_as_making_none()
    {
        var before = new Dictionary<Guid, Comment>();
        foreach (
            var (stream, e, _) in Everything.After("s").Where(e => EventNames.Of(e.Event).Stream == "comment")
        )
        {
            var after = Comment.After(before.GetValueOrDefault(stream), "s", e);
            var isNew = after.Version == (before.GetValueOrDefault(stream)?.Version ?? 0) + 1;
            Assert.Equal(EventNames.Of(e).MakesVersion, isNew);
            before[stream] = after;
        }
    }

    [Fact]
    public void Every_event_of_a_comment_says_what_it_does_to_its_visibility() =>
        Assert.All(
            Everything.After("s").Where(e => CommentEvents.StreamOf(e.Event) is not null),
            e => Visibility.Published.After(e.Event)
        );

    [Fact]
    public void Every_decision_has_a_word_in_the_log_and_in_replays() =>
        Assert.All(
            // what was discounted is part of the decision about its commenter
            Today.Where(e =>
                e.Type.GetProperty("DecisionId") is not null && e.Stream is not ("reaction" or "flag")
            ),
            e =>
            {
                Assert.NotNull(e.Log);
                Assert.Contains(e.Name, DecisionTable.Actions.Keys);
            }
        );

    /// <summary>What readers see of a comment after an event, live says as the rows do.</summary>
    [Fact]
    public void Live_gives_every_event_the_state_that_rows_give_it() =>
        Assert.All(
            Everything
                .After("s")
                .Where(e =>
                    CommentEvents.StreamOf(e.Event) is not null && EventNames.Of(e.Event).MakesVersion
                ),
            e =>
            {
                var json = System.Text.Json.JsonSerializer.SerializeToElement(
                    e.Event,
                    e.Event.GetType(),
                    Json.Options
                );
                var told = json.TryGetProperty("state", out var state) ? state.GetString() : null;
                var after = LiveMessage.StateAfter(EventNames.Of(e.Event).Name, told);
                var before = new Visibility(after ?? default, null);
                Assert.Equal(before.After(e.Event).State, after);
            }
        );
}
