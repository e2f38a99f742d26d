using ThreadStore.Comments;
using ThreadStore.Http;

namespace ThreadStore.Threads;

/// <summary>What places a comment in an order; the rank is 0 in orders by time.</summary>
public readonly record struct ThreadKey(double Rank, DateTimeOffset PostedAt, Guid Id);

/// <summary>A stretch of a thread: comments in the order asked for, and the first replies below them, oldest first.</summary>
public sealed class ThreadPage
{
    readonly Dictionary<Guid, List<CommentView>> below = [];

    public List<(CommentView View, double Rank)> Items { get; } = [];

    public void AddReply(Guid parent, CommentView reply)
    {
        if (!below.TryGetValue(parent, out var siblings))
            below[parent] = siblings = [];
        siblings.Add(reply);
    }

    public IReadOnlyList<CommentView> RepliesTo(Guid comment) =>
        below.TryGetValue(comment, out var replies) ? replies : [];

    /// <summary>
    /// Leaves out what would make the answer too large: items past the limit or the budget, and then replies, the deepest
    /// first.
    /// </summary>
    /// <param name="article">Bytes of the article's key, which each comment names.</param>
    /// <returns>Whether items were left out.</returns>
    public bool Trim(int limit, int article)
    {
        var (shown, left) = (0, AnswerBudget.Bytes);
        foreach (var (item, _) in Items)
        {
            var size = item.Size + article;
            if (shown == limit || (shown > 0 && size > left))
                break;
            shown++;
            left -= size;
        }
        var hasMore = shown < Items.Count;
        Items.RemoveRange(shown, Items.Count - shown);
        TrimReplies(left, article);
        return hasMore;
    }

    void TrimReplies(int bytes, int article)
    {
        var left = ThreadQuery.MaxComments - Items.Count;
        var level = Items.ConvertAll(i => i.View);
        for (var depth = 0; depth < ThreadQuery.MaxLevels; depth++)
        {
            var next = new List<CommentView>();
            foreach (var parent in level)
            {
                var replies = RepliesTo(parent.Id);
                var size = replies.Sum(r => r.Size + article);
                // from the first that does not fit on, nothing does: of later ones only a part may have been read
                if (size > bytes)
                    bytes = 0;
                if (size > bytes || replies.Count > left)
                {
                    below.Remove(parent.Id);
                    continue;
                }
                left -= replies.Count;
                bytes -= size;
                next.AddRange(replies);
            }
            level = next;
        }
    }
}
