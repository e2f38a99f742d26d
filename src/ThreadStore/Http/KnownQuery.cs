using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using Wolverine.Http;

namespace ThreadStore.Http;

/// <summary>
/// Refuses parameters that an endpoint does not read, as unknown members of a body are refused: <c>?lmit=5</c> would
/// otherwise get a page that nobody asked for, and <c>?dryrun=true</c> a comment.
/// </summary>
public static class KnownQuery
{
    public const string MinPosition = "minPosition";

    // goes with the endpoint, of which tests make many
    static readonly ConditionalWeakTable<Endpoint, FrozenSet<string>> Known = [];

    /// <summary>Null where all is known, or nothing is asked.</summary>
    public static Problem? Refuse(HttpContext http, Endpoint endpoint)
    {
        if (!http.Request.QueryString.HasValue)
            return null;
        var known = Known.GetValue(endpoint, NamesOf);
        foreach (var (name, _) in http.Request.Query)
            if (!known.Contains(name))
                return Problem.BadRequest(
                    $"'{name}' is no parameter of this request. It takes {string.Join(", ", known.Order(StringComparer.Ordinal))}."
                );
        return null;
    }

    /// <summary>The method that answers at an endpoint; null where it is none of ours.</summary>
    public static MethodInfo? MethodOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpChain>()?.Method.Method
        ?? endpoint.Metadata.GetMetadata<MethodInfo>();

    // the server's own reading of a query does not look at case either
    static FrozenSet<string> NamesOf(Endpoint endpoint) =>
        (MethodOf(endpoint) is { } method ? Of(method).Select(q => q.Name) : [MinPosition]).ToFrozenSet(
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>What an endpoint reads of its query.</summary>
    public static IEnumerable<QueryAttribute> Of(MethodInfo method)
    {
        foreach (var query in method.GetCustomAttributes<QueryAttribute>())
            yield return query;
        if (method.GetCustomAttribute<PagedAttribute>() is not null)
        {
            yield return Limit;
            yield return After;
        }
        if (method.GetCustomAttribute<TimeTravelAttribute>() is not null)
        {
            yield return AsOf;
            yield return AtPosition;
        }
        yield return Least;
    }

    static readonly QueryAttribute Limit = new("limit", typeof(int), "How many items the page may have.")
    {
        Default = PageQuery.DefaultLimit,
        Min = 1,
        Max = PageQuery.MaxLimit,
    };
    static readonly QueryAttribute After = new(
        "cursor",
        typeof(string),
        "nextCursor of the page before, with the same sort and filters; left out: the first page."
    );
    static readonly QueryAttribute AsOf = new(
        PastPoint.AsOf,
        typeof(DateTimeOffset),
        "For analysts: as it stood after the last event recorded at or before this time."
    );
    static readonly QueryAttribute AtPosition = new(
        PastPoint.AtPosition,
        typeof(long),
        "For analysts: as it stood after the event at this position and all before it; instead of asOf."
    );

    /// <summary>What every endpoint takes.</summary>
    public static readonly QueryAttribute Least = new(
        MinPosition,
        typeof(long),
        "The same as the header ThreadStore-Min-Position, without a preflight."
    )
    {
        Min = 0,
    };
}
