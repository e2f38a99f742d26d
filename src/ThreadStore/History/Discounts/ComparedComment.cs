using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.History.Discounts;

/// <summary>A comment's row, and what of it would be otherwise.</summary>
sealed class ComparedComment
{
    /// <summary>Of a row <c>c</c>, and of its article's, <c>a</c>.</summary>
    public const string Columns = """
        c.id, c.article_id, a.key, a.is_withdrawn, c.parent_id, c.state, c.reactions, c.positive, c.negative, c.flags,
        c.reply_count, c.posted_at, c.best, c.hot, c.controversial
        """;

    readonly Dictionary<string, int> reactions;

    // the same object as long as nothing comes or goes
    Dictionary<string, int> wouldReact;

    public ComparedComment(NpgsqlDataReader r)
    {
        (Id, ArticleId, Article) = (r.GetGuid(0), r.GetGuid(1), r.GetString(2));
        (IsWithdrawn, ParentId) = (r.GetBoolean(3), r.Id(4));
        State = WouldState = Words.Parse<CommentState>(r.GetString(5));
        reactions = wouldReact = ReadReactions(r.GetString(6));
        (Positive, Negative) = (r.GetInt32(7), r.GetInt32(8));
        Flags = WouldFlags = r.GetInt32(9);
        Replies = WouldReply = r.GetInt32(10);
        PostedAt = r.GetFieldValue<DateTimeOffset>(11);
        Ranks = WouldRank = (r.GetDouble(12), r.GetDouble(13), r.GetDouble(14));
    }

    public Guid Id { get; }
    public Guid ArticleId { get; }
    public string Article { get; }
    public bool IsWithdrawn { get; }
    public Guid? ParentId { get; }
    public DateTimeOffset PostedAt { get; }
    public CommentState State { get; }
    public int Flags { get; }
    public int Replies { get; }
    public (double Best, double Hot, double Controversial) Ranks { get; }

    public CommentState WouldState { get; set; }
    public int WouldFlags { get; set; }
    public int WouldReply { get; set; }

    /// <summary>Reactions by kinds that weigh 1, as they would be; <see cref="Negative"/>: by kinds that weigh -1.</summary>
    public int Positive { get; private set; }
    public int Negative { get; private set; }
    public (double Best, double Hot, double Controversial) WouldRank { get; set; }

    /// <summary>How many reactions come or go.</summary>
    int Moved { get; set; }

    public void React(PlacedReaction reaction, int change)
    {
        if (Moved++ == 0)
            wouldReact = new(reactions);
        wouldReact[reaction.Kind] = wouldReact.GetValueOrDefault(reaction.Kind) + change;
        if (reaction.Weight > 0)
            Positive += change;
        else if (reaction.Weight < 0)
            Negative += change;
    }

    public bool Differs =>
        WouldState != State || WouldFlags != Flags || WouldReply != Replies || HasOtherReactions;

    bool HasOtherReactions =>
        Moved > 0
        && wouldReact
            .Keys.Union(reactions.Keys)
            .Any(k => reactions.GetValueOrDefault(k) != wouldReact.GetValueOrDefault(k));

    /// <summary>How much of it is otherwise, to sort by.</summary>
    public (bool State, int Casts) Weight => (WouldState != State, Moved + Math.Abs(Flags - WouldFlags));

    public DiscountedComment Show() =>
        new(
            Id,
            Article,
            WouldState,
            wouldReact.Where(r => r.Value != 0).ToDictionary(),
            WouldFlags,
            WouldReply,
            WouldRank.Best,
            WouldRank.Hot,
            WouldRank.Controversial,
            new(State, reactions, Flags, Replies, Ranks.Best, Ranks.Hot, Ranks.Controversial)
        );

    static Dictionary<string, int> ReadReactions(string json) =>
        json == "{}" ? [] : JsonSerializer.Deserialize<Dictionary<string, int>>(json, Json.Options) ?? [];
}
