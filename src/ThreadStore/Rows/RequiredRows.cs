using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Notices;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>Which rows must be known before an event can be applied to them.</summary>
public static class RequiredRows
{
    public static void Of(WorkingSet set, string site, object @event)
    {
        if (@event is KeyedEvent { Request: { } request })
            set.Requests.Want(site, request.Id);
        switch (@event)
        {
            case SiteConfigured or ModelAdopted or IIdentityEvent:
                set.Sites.Want(site, Guid.Empty);
                break;
            case IArticleMove e:
                set.WantFamily(site, e.ArticleKey);
                set.WantFamily(site, e.From);
                break;
            case IArticleEvent e:
                Article(e.ArticleKey);
                break;
            case CommenterJoined e:
                Commenter(e.CommenterKey);
                break;
            case CommenterRenamed e:
                Commenter(e.CommenterKey);
                break;
            case ICommenterDecision e:
                Commenter(e.CommenterKey);
                break;
            case CommenterDecisionUndone e:
                Commenter(e.CommenterKey);
                break;
            case CommenterDiscounted e:
                Commenter(e.CommenterKey);
                break;
            case CommenterRecounted e:
                Commenter(e.CommenterKey);
                break;
            case CommenterNoted e:
                Commenter(e.CommenterKey);
                break;
            case WarningAcknowledged e:
                Commenter(e.CommenterKey);
                break;
            case CommentPosted e:
                Article(e.ArticleKey);
                Commenter(e.Author.Key);
                set.Comments.Want(site, e.CommentId);
                if (e.ParentId is { } parent)
                    set.Comments.Want(site, parent);
                break;
            case CommentEdited e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case CommentDeleted e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case CommentHeld e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case CommentJudged e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case AppealDecided e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Appeals.Want(site, e.AppealId);
                break;
            case ICommentDecision e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case CommentDecisionUndone e:
                set.Comments.Want(site, e.CommentId, climb: true);
                if (e.Restored.Appeal is { } reopened)
                    set.Appeals.Want(site, reopened);
                break;
            case DecisionAppealed e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Appeals.Want(site, e.AppealId);
                break;
            case FlagNotesPurged e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case CommentTextPurged e:
                set.Comments.Want(site, e.CommentId, climb: true);
                break;
            case ReactionSet e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Reactions.Want(site, StreamId.Reaction(e.CommentId, e.By));
                break;
            case ReactionRemoved e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Reactions.Want(site, StreamId.Reaction(e.CommentId, e.By));
                break;
            case ReactionRecounted e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Reactions.Want(site, StreamId.Reaction(e.CommentId, e.CommenterKey));
                break;
            case CommentFlagged e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Flags.Want(site, StreamId.Flag(e.CommentId, e.By));
                break;
            case FlagRecounted e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Flags.Want(site, StreamId.Flag(e.CommentId, e.CommenterKey));
                break;
            case NoticeReceived e:
                set.Comments.Want(site, e.CommentId, climb: true);
                set.Notices.Want(site, e.NoticeId);
                break;
            default:
                throw new NotSupportedException($"Nobody knows what {@event.GetType().Name} needs.");
        }

        void Article(string key) => set.Articles.Want(site, StreamId.Article(site, key));
        void Commenter(string key) => set.Commenters.Want(site, StreamId.Commenter(site, key));
    }
}
