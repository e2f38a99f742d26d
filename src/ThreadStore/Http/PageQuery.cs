using System.Globalization;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>The parameters that all pages share.</summary>
public readonly record struct PageQuery(int Limit, Cursor? After)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    /// <param name="scope">Names the list, its sort and filters; a cursor of another scope is refused.</param>
    /// <param name="past">The moment that it is asked for, where that is not now.</param>
    public static Problem? Read(HttpContext http, string scope, out PageQuery page, PastPoint? past = null)
    {
        page = default;
        if (ReadNumber(http, "limit", DefaultLimit, 1, MaxLimit, out var limit) is { } problem)
            return problem;
        Cursor? after = null;
        if (http.Request.Query["cursor"].FirstOrDefault() is { } text)
        {
            if (!PastPoint.TryDecode(past, text, scope, out var cursor))
                return Problem.BadCursor;
            after = cursor;
        }
        page = new(limit, after);
        return null;
    }

    /// <summary>What of a list is shown, and the cursor of the next page; null: there is none.</summary>
    /// <param name="found">One more than the page may have, where there is one.</param>
    /// <param name="at">Where an item stands in the list.</param>
    public (List<T> Shown, string? Next) Cut<T>(List<T> found, string scope, Func<T, Cursor> at) =>
        found.Count > Limit ? (found[..Limit], at(found[Limit - 1]).Encode(scope)) : (found, null);

    /// <summary>Reads a whole number within bounds from the query.</summary>
    public static Problem? ReadNumber(
        HttpContext http,
        string name,
        int absent,
        int min,
        int max,
        out int value
    )
    {
        value = absent;
        if (http.Request.Query[name].FirstOrDefault() is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return Problem.BadRequest($"{name} is a whole number.");
        return value < min || value > max
            ? Problem.Validation(name, Flaw.Range($"must be from {min} to {max}.", min, max))
            : null;
    }

    /// <summary>Reads a flag from the query; left out, it is not set.</summary>
    public static Problem? ReadFlag(HttpContext http, string name, out bool value)
    {
        var text = http.Request.Query[name].FirstOrDefault();
        value = text == "true";
        return text is null or "true" or "false"
            ? null
            : Problem.Validation(name, Flaw.NoneOf("is true or false.", "true", "false"));
    }
}
