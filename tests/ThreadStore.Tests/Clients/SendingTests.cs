using System.Net;
using Microsoft.AspNetCore.Builder;
using ThreadStore.Client;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>What the C# client adds to a request, and how often it sends one.</summary>
public sealed class SendingTests(Store store) : IAsyncLifetime
{
    readonly Recorder recorder = new();
    WebApplication? server;
    HttpClient http = new();
    TestSite site = new(store, "");
    string article = "";

    public async ValueTask InitializeAsync()
    {
        site = await store.ASiteAsync();
        article = await site.AnArticleAsync();
        server = await store.StartKestrelAsync();
        http = new(recorder) { BaseAddress = new Uri(server.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    ThreadStoreClient As(string sub, Role roles = Role.None) => new(http, site.Token(sub, roles));

    [Fact]
    public async Task Public_reads_carry_no_token_and_no_position_but_for_a_while_after_a_write()
    {
        var ada = As("ada");

        await ada.GetThreadAsync(site.Key, article);
        await ada.PostCommentAsync(site.Key, article, new() { Body = "First" });
        var page = await ada.GetThreadAsync(site.Key, article);

        Assert.Equal(1, page.CommentCount);
        Assert.Equal(
            [("GET", false, false), ("POST", true, false), ("GET", false, true)],
            recorder.Sent.Select(r =>
                (
                    r.Method.Method,
                    r.Headers.Authorization is not null,
                    r.Headers.Contains(Gate.MinPositionHeader)
                )
            )
        );
    }

    [Fact]
    public async Task What_only_some_see_is_found_with_the_token()
    {
        var cms = As("cms", Role.Service);
        await cms.WithdrawArticleAsync(site.Key, article);

        Assert.Equal(0, (await cms.GetThreadAsync(site.Key, article)).CommentCount);
        await Assert.ThrowsAsync<ProblemException>(() =>
            new ThreadStoreClient(http).GetThreadAsync(site.Key, article)
        );
    }

    [Fact]
    public async Task A_post_has_one_key_however_often_it_is_sent()
    {
        var ada = As("ada");
        recorder.Answers.Enqueue(() => Busy(HttpStatusCode.ServiceUnavailable));
        recorder.Answers.Enqueue(() => throw new HttpRequestException("The connection was lost."));

        await ada.PostCommentAsync(site.Key, article, new() { Body = "Once" });
        await ada.PostCommentAsync(site.Key, article, new() { Body = "Again" });

        var keys = recorder.Sent.Select(r => r.Headers.GetValues("Idempotency-Key").Single()).ToArray();
        Assert.Equal([keys[0], keys[0], keys[0], keys[3]], keys);
        Assert.NotEqual(keys[0], keys[3]);
        Assert.Equal(2, (await ada.GetThreadAsync(site.Key, article)).CommentCount);
    }

    [Fact]
    public async Task It_gives_up_after_the_retries()
    {
        for (var n = 0; n < 9; n++)
            recorder.Answers.Enqueue(() => Busy(HttpStatusCode.TooManyRequests));

        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            new ThreadStoreClient(http).GetThreadAsync(site.Key, article)
        );

        Assert.Equal((HttpStatusCode.TooManyRequests, 4), (refused.Status, recorder.Sent.Count));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_asked_for_anew_once()
    {
        var tokens = new Queue<string>(["expired", site.Token("ada")]);
        var ada = new ThreadStoreClient(http, _ => ValueTask.FromResult<string?>(tokens.Dequeue()));

        var written = await ada.PostCommentAsync(site.Key, article, new() { Body = "Signed in again" });

        Assert.Equal("ada", written.Author?.Key);
        Assert.Empty(tokens);
    }

    [Theory]
    [InlineData("https://news.example/comments")]
    [InlineData("https://news.example/comments/")]
    public async Task A_path_in_the_address_is_kept(string address)
    {
        using var behind = new HttpClient(recorder, disposeHandler: false) { BaseAddress = new Uri(address) };
        recorder.Answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.NotFound));

        await Assert.ThrowsAsync<ProblemException>(() =>
            new ThreadStoreClient(behind).GetThreadAsync("demo", "a/b")
        );

        Assert.Equal(
            "https://news.example/comments/v1/sites/demo/articles/a%2Fb/comments",
            recorder.Sent.Single().RequestUri?.AbsoluteUri
        );
    }

    [Fact]
    public async Task Items_of_a_thread_are_all_of_its_comments()
    {
        var ada = As("ada");
        var expected = new List<string?>();
        async Task<Guid> PostAsync(string body, Guid? parent)
        {
            expected.Add(body);
            return (
                await ada.PostCommentAsync(site.Key, article, new() { Body = body, ParentId = parent })
            ).Id;
        }
        foreach (var top in (string[])["1", "2"])
        {
            var root = await PostAsync(top, null);
            foreach (var n in (string[])["a", "b", "c"])
            {
                var parent = await PostAsync($"{top}{n}", root);
                for (var depth = 0; n == "b" && depth < 5; depth++)
                    parent = await PostAsync($"{top}{n}{depth}", parent);
            }
        }

        var met = new List<string?>();
        await foreach (
            var comment in ada.GetThreadItemsAsync(site.Key, article, ThreadSort.Oldest, replies: 1, limit: 1)
        )
            met.Add(comment.Body);

        Assert.Equal(expected, met);
    }

    [Fact]
    public async Task Live_begins_with_the_page_that_was_read()
    {
        var ada = As("ada");
        await ada.GetThreadAsync(site.Key, article);
        await As("ben").PostCommentAsync(site.Key, article, new() { Body = "Meanwhile" });

        await foreach (
            var message in ada.WatchThreadAsync(site.Key, article, ct: TestContext.Current.CancellationToken)
        )
        {
            Assert.Equal("Meanwhile", Assert.IsType<LiveComment>(message).Data.Body);
            break;
        }
    }

    static HttpResponseMessage Busy(HttpStatusCode status) =>
        new(status) { Headers = { RetryAfter = new(TimeSpan.Zero) } };

    /// <summary>Notes what is sent; answers itself where it is told to, else the server does.</summary>
    sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<HttpRequestMessage> Sent { get; } = [];
        public Queue<Func<HttpResponseMessage>> Answers { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Sent.Add(request);
            return Answers.TryDequeue(out var answer)
                ? Task.FromResult(answer())
                : base.SendAsync(request, cancellationToken);
        }
    }
}
