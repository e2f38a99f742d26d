using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ThreadStore.Http;

/// <summary>What caches between us and a reader are told.</summary>
public sealed class Caching
{
    public const string Private = "private, max-age=0, must-revalidate";

    /// <summary>
    /// What answers differ by that are not the same for all. A cache that keeps for longer than it is told, as newspapers'
    /// proxies often do for some seconds, thereby shows nobody what was another's.
    /// </summary>
    const string OfCaller = "Authorization, ThreadStore-Min-Position";

    /// <summary>Of what is the same for all.</summary>
    /// <param name="sharedMaxAge">Seconds for which caches of many readers need not ask again.</param>
    public Caching(int sharedMaxAge) =>
        Public =
            "public, max-age=0, must-revalidate"
            + (sharedMaxAge > 0 ? $", s-maxage={sharedMaxAge.ToString(CultureInfo.InvariantCulture)}" : "");

    /// <summary>Of what is the same for all.</summary>
    public StringValues Public { get; }

    /// <summary>Says that another caller may be answered otherwise.</summary>
    public static void DependsOnCaller(HttpContext http)
    {
        var headers = http.Response.Headers;
        if (!Array.Exists(headers.Vary.ToArray(), v => v == OfCaller))
            headers.Append(HeaderNames.Vary, OfCaller);
    }
}
