using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>Keeps what is put under an address, as the systems of others do.</summary>
public sealed class RecordKeeper : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentDictionary<string, string> records = new();

    RecordKeeper(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    public IReadOnlyDictionary<string, string> Records => records;

    public static async Task<RecordKeeper> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var keeper = new RecordKeeper(builder.Build());
        keeper.app.Run(keeper.TakeAsync);
        await keeper.app.StartAsync(TestContext.Current.CancellationToken);
        return keeper;
    }

    async Task TakeAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var (path, text) = ($"{http.Request.Path}", await body.ReadToEndAsync());
        if (HttpMethods.IsPut(http.Request.Method))
            records[path] = text;
        else
            records.TryRemove(path, out _);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
