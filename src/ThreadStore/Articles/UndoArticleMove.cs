using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Rows;

namespace ThreadStore.Articles;

/// <summary>Takes a renaming or a merging back where nothing was written on the article since.</summary>
/// <param name="DecisionId">Of the undoing, made where the command came in.</param>
/// <param name="Undone">The decision, as its event tells it.</param>
/// <param name="Version">Of that event in the article's stream: any later one stands on it.</param>
/// <param name="Position">Of that event.</param>
public sealed record UndoArticleMove(
    string Site,
    Guid DecisionId,
    IArticleMove Undone,
    long Version,
    long Position,
    string By,
    DateTimeOffset Now
) : ISubmission<bool>
{
    Guid Id { get; } = StreamId.Article(Site, Undone.ArticleKey);

    public void Need(WorkingSet set)
    {
        set.WantFamily(Site, Undone.ArticleKey);
        set.WantFamily(Site, Undone.From);
        set.WantWritten(Site, Undone.ArticleKey, Position);
    }

    public Decision Decide(WorkingSet known)
    {
        if (
            known.Articles[Site, Id] is not { IsHere: true } article
            || article.Version != Version
            || known.Written[(Site, Undone.ArticleKey, Position)] is not false
        )
            return UndoDecision.NotUndoable;
        var renaming = Undone as ArticleRenamed;
        return Decision.Append(
            new StreamEvent(
                Id,
                new ArticleMoveUndone(
                    Undone.ArticleKey,
                    Undone.From,
                    DecisionId,
                    Undone.DecisionId,
                    Undone is ArticleMerged { Urls: var urls } ? urls : [],
                    WasRenaming: renaming is not null,
                    WasItsOwn: renaming?.WasItsOwn == true,
                    By,
                    Now
                )
            )
        );
    }

    public bool Answer(WorkingSet known, Decision decision) => true;
}
