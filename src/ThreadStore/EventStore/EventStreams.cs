using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Notices;
using ThreadStore.Sites;

namespace ThreadStore.EventStore;

/// <summary>The stream that an event is part of, which follows from what it is about.</summary>
public static class EventStreams
{
    /// <exception cref="NotSupportedException">Nobody has said which.</exception>
    public static Guid Of(string site, object @event) =>
        CommentEvents.StreamOf(@event)
        ?? @event switch
        {
            SiteConfigured or ModelAdopted or IIdentityEvent => StreamId.Site(site),
            IArticleEvent e => StreamId.Article(site, e.ArticleKey),
            CommenterJoined e => StreamId.Commenter(site, e.CommenterKey),
            CommenterRenamed e => StreamId.Commenter(site, e.CommenterKey),
            WarningAcknowledged e => StreamId.Commenter(site, e.CommenterKey),
            CommenterNoted e => StreamId.Commenter(site, e.CommenterKey),
            CommenterDiscounted e => StreamId.Commenter(site, e.CommenterKey),
            CommenterRecounted e => StreamId.Commenter(site, e.CommenterKey),
            CommenterDecisionUndone e => StreamId.Commenter(site, e.CommenterKey),
            ICommenterDecision e => StreamId.Commenter(site, e.CommenterKey),
            ReactionSet e => StreamId.Reaction(e.CommentId, e.By),
            ReactionRemoved e => StreamId.Reaction(e.CommentId, e.By),
            ReactionRecounted e => StreamId.Reaction(e.CommentId, e.CommenterKey),
            CommentFlagged e => StreamId.Flag(e.CommentId, e.By),
            FlagRecounted e => StreamId.Flag(e.CommentId, e.CommenterKey),
            NoticeReceived e => e.NoticeId,
            _ => throw new NotSupportedException(
                $"Nobody has said which stream {@event.GetType().Name} is part of."
            ),
        };
}
