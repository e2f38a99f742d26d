using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.History.Discounts;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation.Discounts;

/// <summary>Takes a discounting back, as a whole; see <see cref="UndoDecisionEndpoint"/>.</summary>
static class UndoDiscount
{
    /// <returns>The comments on which something stays discounted, since something happened to it.</returns>
    public static async Task<(Refusal? Refusal, IReadOnlyList<Guid> Left, long? Position)> RunAsync(
        string site,
        Guid decision,
        Caller caller,
        KeyedRequest? request,
        Appender appender,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var found = await new DiscountHistory(database, site).FindAsync(decision, ct);
        if (found.Commenters.Contains(caller.Key))
            return (OwnMatter.Undoing, [], null);
        var undoing = new UndoingDiscount(
            site,
            request?.Id ?? Guid.CreateVersion7(now),
            decision,
            [],
            [],
            [],
            caller.Key,
            now.ToMicroseconds()
        );
        var left = new HashSet<Guid>();
        // the log has it last: cut off before that, it can be undone again
        foreach (var stretch in found.IsUndone ? [] : Stretches(found))
        {
            var receipt = await appender.AppendAsync(
                undoing with
                {
                    Reactions = [.. stretch.OfType<ReactionRecounted>()],
                    Flags = [.. stretch.OfType<FlagRecounted>()],
                    Released = [.. stretch.OfType<UndoneComment>()],
                },
                ct
            );
            if (receipt.Refusal is { } failure)
                return (failure, [], null);
            left.UnionWith(receipt.Answer!);
        }
        var noted = await appender.AppendAsync(
            new NotingUndoneDiscount(
                site,
                undoing.DecisionId,
                decision,
                found.Commenters,
                found.IsUndone,
                caller.Key,
                undoing.Now
            ),
            request,
            ct
        );
        return (noted.Refusal, [.. left.Order()], noted.Position);
    }

    static IEnumerable<object[]> Stretches(DiscountDecision found) =>
        found
            .Reactions.Select(e => (e.CommentId, What: (object)e))
            .Concat(found.Flags.Select(e => (e.CommentId, What: (object)e)))
            .Concat(found.Released.Select(e => (e.Id, What: (object)e)))
            .GroupBy(e => e.Item1, e => e.What)
            .Aggregate(
                new List<List<object>> { new() },
                (stretches, comment) =>
                {
                    if (stretches[^1].Count >= DiscountCastsEndpoint.Stretch)
                        stretches.Add([]);
                    stretches[^1].AddRange(comment);
                    return stretches;
                }
            )
            .Where(s => s.Count > 0)
            .Select(s => s.ToArray());
}
