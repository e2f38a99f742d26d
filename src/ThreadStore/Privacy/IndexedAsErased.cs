using JasperFx.Events;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Rows;

namespace ThreadStore.Privacy;

/// <summary>
/// What is indexed beside writers was read a moment ago. Whoever writes it shares a lock with those who erase, and writes
/// nothing where one of its events was emptied since it was read, or left with its site: it fails, and reads anew.
/// </summary>
static class IndexedAsErased
{
    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    public const long Lock = 0x6572_6173_6564;

    /// <summary>How often an event was emptied, as Marten's column of headers has it.</summary>
    public const string Header = "erased";

    static readonly string Share = $$"""
        select pg_advisory_xact_lock_shared({{Lock}}) from unnest({0}) as u(n)
        """;

    // a statement of its own, so that it sees what was committed before the lock was there
    const string Check = $$"""
        with read as (select * from unnest({0}) as u(position, erased)), stored as (
          select count(*) as events, coalesce(sum((e.headers->>'{{Header}}')::int), 0) as erased
          from read join {{EventTables.Events}} e on e.seq_id = read.position)
        select stored.erased <> (select sum(read.erased) from read) or stored.events <> (select count(*) from read)
        from stored
        """;

    /// <summary>To come first in what is written.</summary>
    public static IEnumerable<AnsweredOperation> Operations(IReadOnlyList<IEvent> events)
    {
        yield return new(new(Share, (NpgsqlDbType.Integer, new[] { 1 })));
        yield return new(
            new(
                Check,
                (NpgsqlDbType.Bigint, events.Select(e => e.Sequence).ToArray()),
                (NpgsqlDbType.Integer, events.Select(e => Times(e.GetHeader(Header))).ToArray())
            ),
            static wasErased => wasErased is true ? new ErasedMeanwhileException() : null
        );
    }

    /// <summary>Whether that is all that ended a batch; of several sites in one, each has its own.</summary>
    public static bool IsCause(Exception? e) =>
        e is ErasedMeanwhileException
        || e is AggregateException several && several.InnerExceptions.All(IsCause);

    static int Times(object? header) =>
        header is null ? 0 : int.Parse($"{header}", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What was to be indexed is not in the history as it was read, and will be read anew: nothing has failed.</summary>
public sealed class ErasedMeanwhileException()
    : Exception(
        "An event was erased, or left with its site, since it was read to be indexed; it is read once more."
    );
