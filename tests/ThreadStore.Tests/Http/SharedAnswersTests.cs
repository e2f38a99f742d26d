using System.Diagnostics;
using Alba;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ThreadStore.Databases;
using ThreadStore.Http;
using ThreadStore.Moderation;
using ThreadStore.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>What costs much and is the same for all is done once, however many ask.</summary>
public class SharedAnswersTests(Store store)
{
    [Fact]
    public async Task The_API_s_document_is_made_once_for_each_prefix()
    {
        var ct = TestContext.Current.CancellationToken;
        var made = 0;
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(new Caching(sharedMaxAge: 0));
        await using var app = builder.Build();
        app.Use(
            (HttpContext http, RequestDelegate next) =>
            {
                http.Request.PathBase = http.Request.Headers["Prefix"].ToString();
                return next(http);
            }
        );
        app.UseRouting();
        app.MapGet(
                "/document",
                async (HttpContext http) =>
                {
                    Interlocked.Increment(ref made);
                    http.Response.ContentType = "application/json;charset=utf-8";
                    await http.Response.WriteAsync($"{{\"prefix\":\"{http.Request.PathBase}\"}}", ct);
                }
            )
            .KeepDocument();
        await app.StartAsync(ct);
        using var client = app.GetTestServer().CreateClient();
        Task<Reply> Get(string prefix, params (string, string)[] headers) =>
            Store.SendAsync(client, "GET", "/document", null, null, [("Prefix", prefix), .. headers]);

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Get("/talk")));
        var other = await Get("");
        var again = await Get("/talk", ("If-None-Match", all[0].ETag));

        Assert.Equal(2, made);
        Assert.All(all, r => Assert.Equal("""{"prefix":"/talk"}""", r.Expect(200).Text));
        Assert.Equal("application/json;charset=utf-8", all[^1].Headers["Content-Type"]);
        Assert.Equal("""{"prefix":""}""", other.Text);
        Assert.NotEqual(all[0].ETag, other.ETag);
        Assert.Equal((304, ""), (again.Status, again.Text));
        // one who makes up prefixes is answered, and takes up no memory
        for (var i = 0; i < 100; i++)
            Assert.Contains($"/p{i}\"", (await Get($"/p{i}")).Text, StringComparison.Ordinal);
        Assert.Equal(2, made - 100);
    }

    [Fact]
    public async Task The_document_itself_has_an_ETag()
    {
        var first = (await store.SendAsync("GET", "/openapi/v1.json")).Expect(200);

        (await store.SendAsync("GET", "/openapi/v1.json", headers: ("If-None-Match", first.ETag))).Expect(
            304
        );
        Assert.Equal("public, max-age=0, must-revalidate", first.Headers["Cache-Control"]);
    }

    /// <summary>What was allocated is among the metrics, and is another number each time it is looked at.</summary>
    [Fact]
    public async Task Metrics_are_collected_once_in_a_moment()
    {
        await using var host = await AlbaHost.For(store.Builder(), app => app.UseServer());
        using var client = host.Server.CreateClient();
        async Task<string> Get() => (await Store.SendAsync(client, "GET", "/metrics")).Expect(200).Text;

        Assert.Contains("allocated_bytes", await Get(), StringComparison.Ordinal);
        await Until.TrueAsync(async () => await Get() == await Get(), "the same metrics twice");
        var last = await Get();
        await Until.TrueAsync(async () => await Get() != last, "other metrics");
    }

    [Fact]
    public async Task Whether_a_server_is_ready_is_looked_at_once_for_all_who_ask_at_that_moment()
    {
        var ct = TestContext.Current.CancellationToken;
        var looks = 0;
        var services = new ServiceCollection();
        services.AddLogging();
        services
            .AddHealthChecks()
            .AddAsyncCheck(
                "look",
                () =>
                {
                    Interlocked.Increment(ref looks);
                    return Task.FromResult(HealthCheckResult.Healthy());
                }
            );
        await using var provider = services.BuildServiceProvider();
        var readiness = new Readiness(new(provider, pool: null));

        var started = Stopwatch.GetTimestamp();
        var asked = Enumerable.Range(0, 1_000).Select(_ => readiness.CheckAsync()).ToList();
        var moments = (int)(Stopwatch.GetElapsedTime(started) / TimeSpan.FromMilliseconds(500)) + 1;
        await Task.WhenAll(asked);

        Assert.InRange(looks, 1, moments);
        // it is not remembered for longer than a moment
        await Until.TrueAsync(
            async () =>
            {
                await readiness.CheckAsync().WaitAsync(ct);
                return looks > moments;
            },
            "another look"
        );
    }

    [Fact]
    public async Task One_what_if_at_a_time_whatever_the_site_and_others_are_told_to_come_back()
    {
        var ct = TestContext.Current.CancellationToken;
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Poison");
        await using var host = await AlbaHost.For(store.Builder(), app => app.UseServer());
        using var client = host.Server.CreateClient();
        Task<Reply> Ask() =>
            Store.SendAsync(
                client,
                "POST",
                $"{site.Path}/analytics/what-if",
                new { bannedWords = new[] { "poison" } },
                site.Token("ana", Role.Analyst)
            );

        using (await host.Services.GetRequiredService<WhatIfTurn>().TakeAsync(ct))
        {
            var refused = (await Ask()).Expect(503, "busy");
            Assert.Equal("1", refused.Headers["Retry-After"]);
        }
        Assert.Equal(1, (await Ask()).Expect(200)["rejected"].GetInt32());
    }
}
