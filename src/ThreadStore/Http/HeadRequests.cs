namespace ThreadStore.Http;

/// <summary>
/// Answers HEAD as GET, without the body: the server below sends none. Streams that have no end say 405, like everything
/// that has no GET.
/// </summary>
public sealed class HeadRequests(RequestDelegate next)
{
    static readonly string[] Endless = ["/live", "/events"];

    public Task InvokeAsync(HttpContext http) =>
        HttpMethods.IsHead(http.Request.Method) && !IsEndless(http.Request.Path)
            ? AnswerAsync(http)
            : next(http);

    async Task AnswerAsync(HttpContext http)
    {
        http.Request.Method = HttpMethods.Get;
        // not all servers know by themselves that the answer has none
        http.Response.Body = Stream.Null;
        try
        {
            await next(http);
        }
        finally
        {
            http.Request.Method = HttpMethods.Head;
        }
    }

    static bool IsEndless(PathString path) =>
        Array.Exists(
            Endless,
            e => path.Value?.TrimEnd('/').EndsWith(e, StringComparison.OrdinalIgnoreCase) == true
        );
}
