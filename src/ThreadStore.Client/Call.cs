using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ThreadStore.Client;

/// <summary>A request while it is put together.</summary>
sealed class Call(string method, string path)
{
    const string IdempotencyKey = "Idempotency-Key";

    readonly StringBuilder query = new();
    readonly List<(string Name, string Value)> headers = [];
    HttpContent? given;
    Func<HttpContent>? made;

    /// <summary>The address without its query.</summary>
    public string Path => path;
    public bool IsGet => method == "GET";

    /// <summary>Needs no token: without one, caches may answer it.</summary>
    public bool IsPublic { get; private set; }

    /// <summary>Begins a list, and does not go on with one.</summary>
    public bool HasCursor { get; private set; }

    /// <summary>Asks for the past, which is for those who sign in.</summary>
    public bool IsPast { get; private set; }

    /// <summary>Whether to send it twice does what to send it once does, and whether that can be.</summary>
    public bool MayRepeat => given is null && (method != "PATCH" || headers.Any(h => h.Name == "If-Match"));

    public Call Public()
    {
        IsPublic = true;
        return this;
    }

    /// <summary>Makes up an Idempotency-Key, the same however often it is sent; one that is given comes before it.</summary>
    public Call Keyed()
    {
        headers.Add((IdempotencyKey, Guid.NewGuid().ToString("N")));
        return this;
    }

    /// <summary>One segment of a path: keys may hold slashes.</summary>
    public static string Segment(object value) => Uri.EscapeDataString(Text(value));

    static string Text(object value) =>
        value switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            Enum word => JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"No request carries a {value.GetType().Name}."),
        };

    public Call Query(string name, object? value)
    {
        if (value is null)
            return this;
        HasCursor |= name == "cursor";
        IsPast |= name is "asOf" or "atPosition";
        query
            .Append(query.Length == 0 ? '?' : '&')
            .Append(name)
            .Append('=')
            .Append(Uri.EscapeDataString(Text(value)));
        return this;
    }

    public Call QueryAll<T>(string name, IEnumerable<T>? values)
    {
        foreach (var value in values ?? [])
            Query(name, value);
        return this;
    }

    public Call Header(string name, object? value)
    {
        if (value is null)
            return this;
        headers.RemoveAll(h => h.Name == name);
        headers.Add((name, Text(value)));
        return this;
    }

    public Call Body<T>(T? body)
        where T : class
    {
        if (body is not null)
            made = () => JsonContent.Create(body, options: Json.Options);
        return this;
    }

    public Call Body(HttpContent? body)
    {
        given = body;
        return this;
    }

    /// <param name="server">A path in it is kept, with a slash at its end or without.</param>
    public HttpRequestMessage ToRequest(Uri? server)
    {
        var address = server is null
            ? new Uri(path + query, UriKind.Relative)
            : new Uri($"{server.AbsoluteUri.TrimEnd('/')}/{path}{query}");
        var request = new HttpRequestMessage(new HttpMethod(method), address)
        {
            Content = made?.Invoke() ?? given,
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public override string ToString() => $"{method} {path}";
}
