using System.Buffers;
using System.Text;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Live;
using Xunit;

namespace ThreadStore.Tests.Live;

public class LiveMessageTests
{
    static readonly Guid Id = new("01980000-0000-7000-8000-000000000001");
    static readonly Guid Other = new("01980000-0000-7000-8000-000000000002");

    static CommentView View(CommentState state, Guid? id = null) =>
        new()
        {
            Id = id ?? Id,
            ParentId = null,
            Depth = 0,
            Author = """{"key":"ada","name":"Ada","picture":null}"""u8.ToArray(),
            Content = """"body":"secret","html":"<p>secret</p>""""u8.ToArray(),
            State = state,
            RemovedBy = state == CommentState.Published ? null : RemovedBy.Rule,
            PostedAt = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero),
            EditedAt = null,
            Version = 1,
            IsFeatured = false,
            IsLocked = false,
            Reactions = """{"like":2}"""u8.ToArray(),
            ReplyCount = 0,
            ShownReplies = 0,
            AuthorId = Guid.Empty,
            ShadowState = null,
        };

    static LiveRows Rows(params CommentView[] comments) =>
        new(
            comments.ToDictionary(c => ("s", c.Id)),
            new Dictionary<(string, string), ArticleNow> { [("s", "a")] = new(7, false) }
        );

    static LiveEvent Event(
        long position,
        string type,
        CommentState? before = null,
        CommentState? after = null,
        Guid? id = null
    ) => new(position, "s", type, "a", id ?? Id, before, after);

    static string[] Names(LiveRows rows, params LiveEvent[] events) =>
        [.. LiveMessage.Of(LiveMessage.Collapse(events), rows, _ => true).Select(m => $"{m.About} {m.Name}")];

    [Theory]
    // type, state before, after, and now; what is told
    [InlineData("comment-posted", null, "published", "published", "1 comment-published,1 count-changed")]
    [InlineData("comment-posted", null, "pending", "pending", "")]
    [InlineData("comment-posted", null, "rejected", "rejected", "")]
    [InlineData("comment-posted", null, "pending", "published", "")]
    [InlineData("comment-posted", null, "published", "deleted", "1 count-changed")]
    [InlineData("comment-edited", "published", "published", "published", "1 comment-edited")]
    [InlineData("comment-edited", "published", "published", "pending", "")]
    [InlineData("comment-edited", "published", "pending", "pending", "1 comment-removed,1 count-changed")]
    [InlineData("comment-edited", "published", "pending", "published", "1 count-changed")]
    [InlineData("comment-edited", "pending", "published", "published", "1 comment-published,1 count-changed")]
    [InlineData("comment-edited", "pending", "pending", "pending", "")]
    [InlineData("comment-held", "published", "pending", "pending", "1 comment-removed,1 count-changed")]
    [InlineData("comment-locked", "published", "published", "published", "1 comment-edited")]
    [InlineData("comment-unlocked", "pending", "pending", "pending", "")]
    [InlineData("comment-deleted", "published", "deleted", "deleted", "1 comment-removed,1 count-changed")]
    [InlineData("comment-deleted", "pending", "deleted", "deleted", "")]
    [InlineData("reaction-set", null, null, "published", "1 reactions-changed")]
    [InlineData("reaction-removed", null, null, "published", "1 reactions-changed")]
    [InlineData("reaction-set", null, null, "pending", "")]
    public void An_event_leads_to_what_it_changed_for_readers(
        string type,
        string? before,
        string? after,
        string now,
        string told
    )
    {
        static CommentState? State(string? word) => Words.TryParse<CommentState>(word ?? "");
        var rows = Rows(View(Words.Parse<CommentState>(now)));

        var names = Names(rows, Event(1, type, State(before), State(after)));

        Assert.Equal(told, string.Join(',', names));
    }

    [Fact]
    public void Of_reactions_and_counts_in_one_stretch_the_last_is_told() =>
        Assert.Equal(
            ["1 comment-published", "3 reactions-changed", "4 comment-published", "4 count-changed"],
            Names(
                Rows(View(CommentState.Published), View(CommentState.Published, Other)),
                Event(1, "comment-posted", after: CommentState.Published),
                Event(2, "reaction-set"),
                Event(3, "reaction-removed"),
                Event(4, "comment-posted", after: CommentState.Published, id: Other)
            )
        );

    [Fact]
    public void Whoever_has_some_of_a_frame_gets_the_rest()
    {
        var frame = new Frame(
            [
                new(LiveMessage.Removed, 5, View(CommentState.Deleted)),
                new(LiveMessage.CountChanged, 5, Count: 6),
                new(LiveMessage.Closed, 9) { Id = new(9, HasReactions: true) },
            ],
            "a \"b\""
        );

        Assert.Equal(
            "event: discussion-closed\nid: 009\ndata: {\"article\":\"a \\\"b\\\"\",\"discussion\":\"closed\"}\n\n",
            Encoding.UTF8.GetString(frame.After(5).Span)
        );
        Assert.Equal(frame.All, frame.After(4));
        Assert.Equal(0, frame.After(9).Length);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(frame.All.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7, false, false)]
    [InlineData("07", 7, true, false)]
    [InlineData("007", 7, false, true)]
    [InlineData("0007", 7, true, true)]
    [InlineData("00007", 7, true, false, 1)]
    [InlineData("00000007", 7, true, false, 4)]
    [InlineData("0", 0, false, false)]
    [InlineData("00", 0, true, false)]
    public void An_id_says_what_its_reader_has(
        string text,
        long position,
        bool hasCount,
        bool hasReactions,
        int told = 0
    )
    {
        var id = new LiveId(position, hasCount, hasReactions, told);
        var written = new ArrayBufferWriter<byte>();

        id.Write(written);

        Assert.Equal(id, LiveId.Read(text));
        Assert.Equal(text, Encoding.UTF8.GetString(written.WrittenSpan));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0x1")]
    [InlineData(" 1")]
    [InlineData("9223372036854775808")]
    public void What_is_no_position_is_no_id(string text) => Assert.Null(LiveId.Read(text));

    [Fact]
    public void Every_event_of_a_comment_or_an_article_is_told_or_kept_back_on_purpose() =>
        Assert.Equal(
            EventCatalogue
                .All.Where(e => e.Stream is "comment" or "article" or "reaction")
                .Select(e => e.Name)
                .Order(),
            LiveMessage.Heard.Concat(LiveMessage.Unheard).Order()
        );
}
