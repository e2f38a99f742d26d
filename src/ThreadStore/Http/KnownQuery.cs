using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using ThreadStore.OpenApi;

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

    // the server's own reading of a query does not look at case either
    static FrozenSet<string> NamesOf(Endpoint endpoint) =>
        (OpenApiOperations.MethodOf(endpoint) is { } method ? NamesOf(method) : [MinPosition]).ToFrozenSet(
            StringComparer.OrdinalIgnoreCase
        );

    static IEnumerable<string> NamesOf(MethodInfo method) =>
        OpenApiParameters.QueriesOf(method).Select(q => q.Name);
}
