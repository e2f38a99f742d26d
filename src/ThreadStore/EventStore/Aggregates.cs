using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Sites;

namespace ThreadStore.EventStore;

/// <summary>
/// What Marten's own API makes of a stream (<c>AggregateStreamAsync</c>, <c>FetchLatest</c>, <c>FetchForWriting</c>): the
/// same as the rows, by the same function. What other streams add to a row, such as the replies to a comment, is not in
/// its own stream and stays 0 there.
/// </summary>
public sealed class AggregateOf<T> : SingleStreamProjection<T, Guid>
    where T : class, IAggregate<T>
{
    public override T? Evolve(T? snapshot, Guid id, IEvent e) => T.After(snapshot, e.TenantId, e.Data);
}

static class Aggregates
{
    /// <summary>Tells Marten of them. By itself it would look for methods of names that it knows, and leave out the rest.</summary>
    public static void AddTo(StoreOptions options)
    {
        // an appeal is in its comment's stream, whose id is what Marten knows it by
        options.Schema.For<Appeal>().Identity(a => a.CommentId);
        // registered so, since Marten would make a table for each by another way
        options.Projections.Register(new AggregateOf<Site>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Article>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Comment>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Appeal>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Reaction>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Flag>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Notice>(), ProjectionLifecycle.Live);
        options.Projections.Register(new AggregateOf<Commenter>(), ProjectionLifecycle.Live);
    }
}
