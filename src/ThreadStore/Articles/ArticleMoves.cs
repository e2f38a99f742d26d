using ThreadStore.Kernel;

namespace ThreadStore.Articles;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>
/// An article, with its comments, went from one key to another, or came back. The event is one of the article that
/// <see cref="IArticleEvent.ArticleKey"/> names.
/// </summary>
public interface IArticleMove : IArticleEvent
{
    /// <summary>The key that the comments left; where that was undone, the one that they came back to.</summary>
    string From { get; }

    Guid DecisionId { get; }

    string By { get; }

    DateTimeOffset At { get; }
}

/// <summary>A publisher gave an article another key. All that it was goes on under that; the old key leads to it.</summary>
/// <param name="ArticleKey">The new key.</param>
/// <param name="From">The old key.</param>
/// <param name="Content">What the publisher says of it.</param>
/// <param name="Urls">Every address that it has or had.</param>
/// <param name="RegisteredAt">When it was told to us.</param>
/// <param name="IsWithdrawn">Its publisher has taken it away from readers.</param>
/// <param name="IsClosed">Nobody may comment.</param>
/// <param name="OpenedAt">When somebody opened its discussion last; null: nobody had to.</param>
/// <param name="Moderation">How it is moderated; null: as its site is.</param>
/// <param name="WasItsOwn">The new key was an old one of its own.</param>
/// <param name="SlowModeSeconds">The least time between two comments of one commenter there; null: none.</param>
public sealed record ArticleRenamed(
    string ArticleKey,
    string From,
    Guid DecisionId,
    ArticleContent Content,
    IReadOnlyList<string> Urls,
    DateTimeOffset RegisteredAt,
    bool IsWithdrawn,
    bool IsClosed,
    DateTimeOffset? OpenedAt,
    Sites.ModerationMode? Moderation,
    bool WasItsOwn,
    string By,
    DateTimeOffset At,
    int? SlowModeSeconds = null
) : KeyedEvent, IArticleMove;

/// <summary>A publisher moved all comments of an article to another one, to which its key leads from now on.</summary>
/// <param name="ArticleKey">The article that has them now.</param>
/// <param name="From">The article that had them.</param>
/// <param name="Urls">Addresses of that article which lead to this one from now on.</param>
public sealed record ArticleMerged(
    string ArticleKey,
    string From,
    Guid DecisionId,
    IReadOnlyList<string> Urls,
    string By,
    DateTimeOffset At
) : KeyedEvent, IArticleMove;

/// <summary>A moderator took a renaming or a merging back: the comments are where they were before it.</summary>
/// <param name="ArticleKey">The article that they had been moved to.</param>
/// <param name="From">The article that has them again.</param>
/// <param name="Undone">The decision that was taken back.</param>
/// <param name="Urls">Addresses that merging had brought.</param>
/// <param name="WasRenaming">The article of this key is no more; else there are two again.</param>
/// <param name="WasItsOwn">The key stays an old one of the article's own.</param>
public sealed record ArticleMoveUndone(
    string ArticleKey,
    string From,
    Guid DecisionId,
    Guid Undone,
    IReadOnlyList<string> Urls,
    bool WasRenaming,
    bool WasItsOwn,
    string By,
    DateTimeOffset At
) : KeyedEvent, IArticleMove
{
    /// <summary>Where the key of <see cref="ArticleKey"/> leads now; see <see cref="Article.MovedTo"/>.</summary>
    public Guid? LeavesTo(string site) =>
        !WasRenaming ? null : StreamId.Article(site, WasItsOwn ? From : ArticleKey);
}
