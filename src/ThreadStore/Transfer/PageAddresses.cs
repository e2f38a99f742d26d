using ThreadStore.Articles;
using ThreadStore.Kernel;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>What becomes of the addresses of pages: relative ones get a base, and moved ones the new.</summary>
/// <param name="Base">Null: relative addresses are left out.</param>
/// <param name="Moved">By what <see cref="Plain"/> makes of the old one.</param>
public sealed record PageAddresses(Uri? Base, IReadOnlyDictionary<string, string> Moved)
{
    static readonly string[] Tracking = ["utm_", "fbclid=", "gclid="];

    public static readonly PageAddresses AsTheyAre = new(null, new Dictionary<string, string>());

    /// <summary>Addresses stay as they are.</summary>
    public bool IsNothing => Base is null && Moved.Count == 0;

    /// <param name="map">CSV, <c>old,new</c>; null: none.</param>
    /// <exception cref="StartupException">One of them is no address.</exception>
    public static PageAddresses Of(string? siteUrl, TextReader? map)
    {
        Uri? site = null;
        if (siteUrl is not null && (!Uri.TryCreate(siteUrl, UriKind.Absolute, out site) || !IsWeb(site)))
            throw new StartupException($"'{siteUrl}' is no http or https address.");
        var moved = new Dictionary<string, string>();
        foreach (var row in map is null ? [] : CsvRows.Read(map))
        {
            if (row.Fault is not null || row.Cells.Count < 2 || Fields.Some(row.Cells[1]) is not { } to)
                throw new StartupException($"Line {row.Line} of the URL map is not old,new.");
            moved[Plain(row.Cells[0])] = to;
        }
        return new(site, moved);
    }

    /// <summary>The address to keep; null: there is none that readers could follow.</summary>
    public string? Of(string? url)
    {
        if (Fields.Some(url) is not { } told)
            return null;
        told = Fields.Clean(told);
        var whole = Whole(told);
        if (Moved.Count > 0)
        {
            if (Moved.TryGetValue(Plain(told), out var to))
                whole = Whole(to);
            else if (whole is not null && Moved.TryGetValue(Plain(whole), out to))
                whole = Whole(to);
        }
        return whole;
    }

    string? Whole(string url) =>
        // a path is a file's address too, says .NET
        !url.StartsWith('/') && Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsWeb(uri)
            ? Short(url)
        : Base is not null
        && !url.Contains("://", StringComparison.Ordinal)
        && Uri.TryCreate(Base, url, out var based)
        && IsWeb(based)
            ? Short(based.AbsoluteUri)
        : null;

    static string? Short(string url) =>
        System.Text.Encoding.UTF8.GetByteCount(url) <= RegisterArticle.MaxUrlLength ? url : null;

    static bool IsWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>Equal for addresses of one page: without scheme, fragment, last slash, and what campaigns append.</summary>
    public static string Plain(string url)
    {
        url = url.Trim();
        if (
            url.StartsWith('/')
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || !IsWeb(uri)
            || WebAddress.Host(uri) is not { } host
        )
            return url.TrimEnd('/');
        var query = string.Join(
            '&',
            uri.Query.TrimStart('?')
                .Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Where(p => !Array.Exists(Tracking, t => p.StartsWith(t, StringComparison.OrdinalIgnoreCase)))
        );
        var port = uri.IsDefaultPort ? "" : $":{uri.Port}";
        return $"{host}{port}{uri.AbsolutePath.TrimEnd('/')}{(query.Length > 0 ? "?" : "")}{query}";
    }
}
