using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A page in a browser, and all that it asked for and complained of.</summary>
public sealed class Visit : IAsyncDisposable
{
    /// <summary>A stream that the server cut off, as it does where its database has no session left: the page comes back.</summary>
    const string CutStream = "net::ERR_INCOMPLETE_CHUNKED_ENCODING";

    readonly IBrowserContext context;
    readonly ConcurrentQueue<string> complaints = new();
    readonly ConcurrentQueue<Uri> requests = new();

    public Visit(IBrowserContext context, IPage page, Uri server)
    {
        (this.context, Page, Server) = (context, page, server);
        page.SetDefaultTimeout(10_000);
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Enqueue(message.Text);
        };
        context.Request += (_, request) => requests.Enqueue(new Uri(request.Url));
    }

    public IPage Page { get; }
    public IBrowserContext Context => context;
    public Uri Server { get; }

    /// <summary>Requests so far, in order.</summary>
    public IReadOnlyCollection<Uri> Requests => requests;

    public Task OpenAsync(string path) => Page.GotoAsync(new Uri(Server, path).AbsoluteUri);

    /// <summary>No error in the console, and no request to any host but the server and the host page's.</summary>
    /// <param name="expected">Complaints that the test provoked: Chromium tells of each refused request.</param>
    public void AssertQuiet(Regex? expected = null, params string[] hosts)
    {
        Assert.DoesNotContain(
            complaints,
            c => !c.Contains(CutStream, StringComparison.Ordinal) && expected?.IsMatch(c) != true
        );
        var own = hosts.Append(Server.Authority).ToHashSet();
        Assert.DoesNotContain(
            requests,
            r => r.Scheme.StartsWith("http", StringComparison.Ordinal) && !own.Contains(r.Authority)
        );
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
