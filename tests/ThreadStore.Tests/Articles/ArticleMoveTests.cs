using ThreadStore.Appending;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Articles;

/// <summary>What renaming, merging and taking back come to, and what they do to comments, without a database.</summary>
public class ArticleMoveTests
{
    const string Site = "s";
    static readonly ArticleContent Content = new("T", "https://news.example/a", null, null, null, null, null);
    static readonly string Url = WebAddress.Key("https://news.example/a");

    static Guid Id(string key) => StreamId.Article(Site, key);

    /// <summary>Articles a, b and c; a has the comments 1 and, below it, 2; c has 3.</summary>
    static WorkingSet Known(params object[] events)
    {
        var set = new WorkingSet
        {
            Articles = new() { Unknown = _ => null },
            Commenters = new() { Unknown = _ => null },
            Comments = new() { Unknown = _ => null },
            Requests = new() { Unknown = _ => null },
        };
        foreach (var key in (string[])["a", "b", "c"])
            set.Apply(Site, new ArticleRegistered(key, Content with { Title = key }, "cms", Past.Day, null));
        set.Apply(Site, new CommenterJoinedBy("ada").Event);
        set.Apply(Site, Past.Posted(Comment(1), "a", Past.Day));
        set.Apply(Site, Past.Posted(Comment(2), "a", Past.Day.AddHours(1), Comment(1), 1));
        set.Apply(Site, Past.Posted(Comment(3), "c", Past.Day.AddHours(2)));
        foreach (var e in events)
            set.Apply(Site, e);
        set.Loaded(Site, Id("a"), Content with { Title = "a" });
        return set;
    }

    sealed record CommenterJoinedBy(string Key)
    {
        public object Event => new CommenterJoined(Key, Key, null, Key, Past.Day, null);
    }

    static Guid Comment(int n) => new(n, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 9]);

    static Renaming Rename(string key, string to) => new(Site, key, to, Guid.NewGuid(), "cms", Past.Day);

    static Merging Merge(string key, string into) => new(Site, key, into, Guid.NewGuid(), "cms", Past.Day);

    static ArticleRenamed Renamed(string key, string to, bool wasItsOwn = false) =>
        new(
            to,
            key,
            Guid.NewGuid(),
            Content,
            [Url],
            Past.Day,
            false,
            true,
            null,
            null,
            wasItsOwn,
            "cms",
            Past.Day
        );

    static ArticleMerged Merged(string key, string into) =>
        new(into, key, Guid.NewGuid(), ["x"], "cms", Past.Day);

    static ArticleMoveUndone Undone(IArticleMove move) =>
        new(
            move.ArticleKey,
            move.From,
            Guid.NewGuid(),
            move.DecisionId,
            move is ArticleMerged { Urls: var urls } ? urls : [],
            move is ArticleRenamed,
            move is ArticleRenamed { WasItsOwn: true },
            "mod",
            Past.Day
        );

    static string Where(WorkingSet set) =>
        string.Join(
            ' ',
            Enumerable
                .Range(1, 3)
                .Select(n => set.Comments.Require(Site, Comment(n)).ArticleId)
                .Select(id => set.Articles.Require(Site, id).Key)
        );

    static string? Refusal(ISubmission command, WorkingSet known) => command.Decide(known).Refusal?.Code;

    [Fact]
    public void A_renamed_article_carries_all_that_it_was_and_begins_the_stream_of_its_new_key()
    {
        var e = Assert.Single(
            Rename("a", "n").Decide(Known(new DiscussionClosed("a", "mod", Past.Day))).Events
        );

        Assert.Equal((Id("n"), typeof(Article)), (e.Stream, e.Starts));
        var renamed = Assert.IsType<ArticleRenamed>(e.Event);
        Assert.Equal(
            ("n", "a", true, false),
            (renamed.ArticleKey, renamed.From, renamed.IsClosed, renamed.WasItsOwn)
        );
        Assert.Equal(Content with { Title = "a" }, renamed.Content);
        Assert.Equal([Url], renamed.Urls);
    }

    [Theory]
    [InlineData("a", "b", "article-exists")]
    [InlineData("a", "old", "article-exists")]
    [InlineData("unknown", "n", "article-not-found")]
    [InlineData("old", "n", "article-not-found")]
    [InlineData("a", "a", null)]
    [InlineData("old", "c", null)]
    public void A_key_is_free_its_own_or_taken(string key, string to, string? refusal)
    {
        // c was called old
        var known = Known();
        known.Apply(Site, new ArticleRegistered("old", Content, "cms", Past.Day, null));
        known.Apply(Site, Merged("old", "c"));

        Assert.Equal(refusal, Refusal(Rename(key, to), known));
        Assert.Empty(Rename(key, to).Decide(known).Events);
    }

    [Theory]
    [InlineData("a", "c", null)]
    [InlineData("a", "a", "validation")]
    [InlineData("a", "unknown", "article-not-found")]
    [InlineData("unknown", "a", "article-not-found")]
    [InlineData("a", "shut", null)]
    [InlineData("a", "gone", "article-withdrawn")]
    [InlineData("gone", "a", "article-withdrawn")]
    public void Articles_that_readers_see_are_merged(string key, string into, string? refusal)
    {
        var known = Known();
        foreach (var other in (string[])["shut", "gone"])
            known.Apply(Site, new ArticleRegistered(other, Content, "cms", Past.Day, null));
        known.Apply(Site, new DiscussionClosed("shut", "mod", Past.Day));
        known.Apply(Site, new ArticleWithdrawn("gone", "cms", Past.Day));

        Assert.Equal(refusal, Refusal(Merge(key, into), known));
    }

    [Fact]
    public void Comments_are_where_the_key_leads_that_they_were_written_under()
    {
        var known = Known();
        var inner = Merged("a", "b");
        var outer = Merged("b", "c");
        known.Apply(Site, inner);
        Assert.Equal("b b c", Where(known));
        known.Apply(Site, outer);
        Assert.Equal("c c c", Where(known));
        known.Apply(Site, Renamed("c", "n"));
        Assert.Equal("n n n", Where(known));
        var n = known.Articles.Require(Site, Id("n"));
        Assert.Equal((3, Past.Day.AddHours(2)), (n.CommentCount, n.LastCommentAt));
        known.Apply(Site, Renamed("n", "c", wasItsOwn: true));
        known.Apply(Site, Undone(outer));
        Assert.Equal("b b c", Where(known));
        known.Apply(Site, Undone(inner));
        Assert.Equal("a a c", Where(known));
        Assert.All(known.Comments.All, c => Assert.Null(c.PostedOn));
        Assert.Equal(2, known.Articles.Require(Site, Id("a")).CommentCount);
    }

    [Fact]
    public void A_key_that_was_given_back_is_as_if_it_had_never_been()
    {
        var renamed = Renamed("a", "n");
        var known = Known(renamed, Undone(renamed));

        Assert.True(known.Articles.Require(Site, Id("n")).IsVacant);
        Assert.Null(known.Root(Site, Id("n")));
        Assert.Equal("a a c", Where(known));
        var again = Assert.Single(
            new Registration(Site, "n", Content, "cms", Past.Day).Decide(WithSite(known)).Events
        );
        // its stream is there
        Assert.Null(again.Starts);
        known.Apply(Site, again.Event);
        Assert.True(known.Articles.Require(Site, Id("n")).IsHere);
        Assert.Equal(3, known.Articles.Require(Site, Id("n")).Version);
    }

    [Fact]
    public void Taking_back_an_own_old_key_leaves_it_leading()
    {
        var back = Renamed("n", "a", wasItsOwn: true);
        var known = Known(Renamed("a", "n"), back, Undone(back));

        Assert.Equal("n n c", Where(known));
        Assert.Equal("n", known.Root(Site, Id("a"))?.Key);
    }

    [Fact]
    public void Its_own_stream_alone_tells_that_it_came_back_to_a_key()
    {
        // that it had left is in the stream of the other key
        var before = Article.After(null, Site, new ArticleRegistered("a", Content, "cms", Past.Day, null));

        var back = Article.After(before, Site, Renamed("n", "a", wasItsOwn: true));

        Assert.True(back.IsHere);
        Assert.Equal(before.Version + 1, back.Version);
        Assert.Throws<InvalidOperationException>(() => Article.After(before, Site, Renamed("n", "a")));
    }

    [Theory]
    [InlineData(1, false, null)]
    [InlineData(1, true, "not-undoable")]
    [InlineData(0, false, "not-undoable")]
    public void It_is_taken_back_while_nothing_came_after_it(int later, bool wasWritten, string? refusal)
    {
        var merged = Merged("a", "c");
        var known = Known(merged);
        known.LoadedWritten(Site, "c", 7, wasWritten);
        var version = known.Articles.Require(Site, Id("c")).Version - 1 + later;

        Assert.Equal(
            refusal,
            Refusal(new UndoArticleMove(Site, Guid.NewGuid(), merged, version, 7, "mod", Past.Day), known)
        );
    }

    [Fact]
    public void What_was_written_in_the_same_transaction_stands_on_it_too()
    {
        var merged = Merged("a", "c");
        var known = Known(merged);
        known.LoadedWritten(Site, "c", 7, false);
        var undo = new UndoArticleMove(
            Site,
            Guid.NewGuid(),
            merged,
            known.Articles.Require(Site, Id("c")).Version,
            7,
            "mod",
            Past.Day
        );
        Assert.Null(Refusal(undo, known));

        known.Apply(Site, Past.Posted(Comment(4), "c", Past.Day, Comment(1), 1));

        Assert.Equal("not-undoable", Refusal(undo, known));
    }

    static WorkingSet WithSite(WorkingSet set)
    {
        set.Sites.Absent(Site, Guid.Empty);
        set.Apply(Site, new SiteConfigured(Site, new(), "root", Past.Day));
        return set;
    }
}
