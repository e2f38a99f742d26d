using ThreadStore.Comments;

namespace ThreadStore.Rows;

/// <summary>What discounting does to reactions and flags, and to the comments that they are on.</summary>
public sealed partial class WorkingSet
{
    void Recount(string site, ReactionRecounted e)
    {
        if (!e.Previous.Shadowed)
            Count(site, e.CommentId, e.Previous, -1);
        if (!e.Placed.Shadowed)
            Count(site, e.CommentId, e.Placed, +1);
        var reaction = Reactions.Require(site, Kernel.StreamId.Reaction(e.CommentId, e.CommenterKey));
        Reactions.Put(site, reaction.Id, Reaction.After(reaction, site, e), RowChange.Whole);
    }

    /// <summary>Only flags that no decision has settled are counted on a comment, and only they are discounted.</summary>
    void Recount(string site, FlagRecounted e)
    {
        var comment = Comments.Require(site, e.CommentId);
        var flags = comment.Flags + (e.Shadowed ? -1 : +1);
        Comments.Put(site, comment.Id, comment with { Flags = flags }, RowChange.State);
        var flag = Flags.Require(site, Kernel.StreamId.Flag(e.CommentId, e.CommenterKey));
        Flags.Put(site, flag.Id, ThreadStore.Comments.Flag.After(flag, site, e), RowChange.Whole);
    }
}
