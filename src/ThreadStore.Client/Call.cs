using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ThreadStore.Client;

/// <summary>A request while it is put together.</summary>
sealed class Call(string method, string path)
{
    readonly StringBuilder query = new();
    readonly List<(string Name, string Value)> headers = [];
    HttpContent? content;

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
        if (value is not null)
            headers.Add((name, Text(value)));
        return this;
    }

    public Call Body<T>(T? body)
        where T : class
    {
        if (body is not null)
            content = JsonContent.Create(body, options: Json.Options);
        return this;
    }

    public Call Body(HttpContent? body)
    {
        content = body;
        return this;
    }

    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path + query) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public override string ToString() => $"{method} {path}";
}
