using System.Net;
using Microsoft.AspNetCore.Builder;
using ThreadStore.Client;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Clients;

public sealed class ThreadStoreClientTests(Store store) : IAsyncLifetime
{
    WebApplication? server;
    HttpClient http = new();
    TestSite site = new(store, "");

    public async ValueTask InitializeAsync()
    {
        site = await store.ASiteAsync();
        server = await store.StartKestrelAsync();
        http = new() { BaseAddress = new Uri(server.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    ThreadStoreClient As(string sub, Role roles = Role.None, HttpClient? through = null) =>
        new(through ?? http, site.Token(sub, roles));

    async Task<string> AnArticleAsync(string key = "2021/ä & b")
    {
        await As("cms", Role.Service).PutArticleAsync(site.Key, key, new() { Title = "From C#" });
        return key;
    }

    [Fact]
    public async Task What_one_writes_is_in_the_next_page_that_one_reads()
    {
        var article = await AnArticleAsync();
        var ada = As("ada");

        var written = await ada.PostCommentAsync(site.Key, article, new() { Body = "About *time*!" });
        var page = await ada.GetThreadAsync(site.Key, article, sort: ThreadSort.Best);
        var own = await ada.GetOwnViewAsync(site.Key, article);

        Assert.True(ada.Position > 0);
        Assert.Equal(written.Id, Assert.Single(page.Items).Id);
        Assert.Equal(CommentState.Published, page.Items[0].State);
        Assert.True(own.Can.Edit.ContainsKey($"{written.Id}"));
        await ada.DeleteCommentAsync(site.Key, written.Id);
        Assert.Equal(0, (await ada.GetThreadAsync(site.Key, article)).CommentCount);
    }

    [Fact]
    public async Task A_position_can_be_passed_on()
    {
        var article = await AnArticleAsync();
        var ada = As("ada");
        await ada.PostCommentAsync(site.Key, article, new() { Body = "First" });
        var reader = new ThreadStoreClient(http) { Position = ada.Position, Retries = 0 };

        Assert.Equal(1, (await reader.GetThreadAsync(site.Key, article)).CommentCount);

        // others write meanwhile
        var reached = reader.Position;
        Assert.True(reached >= ada.Position);
        reader.Position = 1;
        Assert.Equal(reached, reader.Position);
        reader.Position = long.MaxValue;
        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            reader.GetThreadAsync(site.Key, article)
        );
        Assert.Equal("behind", refused.Code);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact]
    public async Task A_sequence_of_items_meets_every_page()
    {
        var article = await AnArticleAsync();
        var ada = As("ada");
        for (var n = 0; n < 5; n++)
            await ada.PostCommentAsync(site.Key, article, new() { Body = $"Number {n}" });

        var met = new List<string?>();
        await foreach (
            var comment in ada.GetThreadItemsAsync(site.Key, article, sort: ThreadSort.Oldest, limit: 2)
        )
            met.Add(comment.Body);

        Assert.Equal(Enumerable.Range(0, 5).Select(n => $"Number {n}"), met);
    }

    [Fact]
    public async Task A_refusal_is_a_typed_error()
    {
        var article = await AnArticleAsync();

        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            As("ada").PostCommentAsync(site.Key, article, new() { Body = " " })
        );

        Assert.Equal((HttpStatusCode.BadRequest, "validation"), (refused.Status, refused.Code));
        Assert.Equal(["body"], refused.Problem?.Errors?.Keys);
    }

    [Fact]
    public async Task A_dry_run_stores_nothing_and_a_repeated_key_one_comment()
    {
        var article = await AnArticleAsync();
        var ada = As("ada");

        var prospect = await ada.PostCommentDryRunAsync(site.Key, article, new() { Body = "Once" });
        var first = await ada.PostCommentAsync(site.Key, article, new() { Body = "Once" }, "key");
        var again = await ada.PostCommentAsync(site.Key, article, new() { Body = "Once" }, "key");

        Assert.Equal(CommentState.Published, prospect.State);
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(1, (await ada.GetThreadAsync(site.Key, article)).CommentCount);
    }

    [Fact]
    public async Task Settings_that_are_left_out_stay_and_null_is_a_value()
    {
        var root = As("root", Role.Admin);

        await root.PutSiteAsync(site.Key, new() { FlagsHeldForReview = 2, MaxDepth = 3 });
        var changed = await root.PutSiteAsync(site.Key, new() { FlagsHeldForReview = (int?)null });

        Assert.Equal((null, 3), (changed.FlagsHeldForReview, changed.MaxDepth));
    }

    [Fact]
    public async Task Events_come_one_by_one()
    {
        var article = await AnArticleAsync();
        await As("ada").PostCommentAsync(site.Key, article, new() { Body = "First" });

        var types = new List<string>();
        await foreach (var e in As("ana", Role.Analyst).GetEventsAsync(site.Key, article: article))
            types.Add(e.Type);

        Assert.Equal(["article-registered", "comment-posted"], types);
    }

    [Fact]
    public async Task Live_goes_on_where_it_was_cut_off()
    {
        var article = await AnArticleAsync();
        var ben = As("ben");
        await ben.PostCommentAsync(site.Key, article, new() { Body = "Before" });
        using var cutting = new HttpClient(new CutAfter(1)) { BaseAddress = http.BaseAddress };
        var reader = new ThreadStoreClient(cutting);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        var told = new List<string?>();
        await foreach (
            var message in reader.WatchThreadAsync(site.Key, article, $"{ben.Position - 1}", limit.Token)
        )
        {
            if (message is LiveComment { Event: "comment-published" } published)
                told.Add(published.Data.Body);
            if (message is LiveCount { Data.CommentCount: var count } && count == told.Count && count < 4)
                await ben.PostCommentAsync(site.Key, article, new() { Body = $"After {count}" });
            if (told.Count == 4)
                break;
        }

        Assert.Equal(["Before", "After 1", "After 2", "After 3"], told);
    }

    [Fact]
    public async Task Live_comes_back_whatever_a_proxy_answers_while_the_server_is_away()
    {
        var article = await AnArticleAsync();
        var ben = As("ben");
        var first = await ben.PostCommentAsync(site.Key, article, new() { Body = "Before" });
        var proxy = new ProxyOfDownTimes(HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable)
        {
            // Kubernetes' ingress knows no service for a moment
            Then = HttpStatusCode.NotFound,
        };
        using var through = new HttpClient(proxy) { BaseAddress = http.BaseAddress };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var told = new List<string>();

        await foreach (
            var message in new ThreadStoreClient(through).WatchThreadAsync(
                site.Key,
                article,
                $"{ben.Position - 1}",
                limit.Token
            )
        )
        {
            told.Add(message.GetType().Name);
            if (told.Count == 2)
                await ben.PostCommentAsync(site.Key, article, new() { Body = "After", ParentId = first.Id });
            if (told.Count == 4)
                break;
        }

        Assert.Equal(["LiveComment", "LiveCount", "LiveComment", "LiveCount"], told);
        Assert.Equal(5, proxy.Asked);
        // whoever asks at a wrong address must hear of it
        var wrong = new ProxyOfDownTimes { First = HttpStatusCode.NotFound };
        using var nowhere = new HttpClient(wrong) { BaseAddress = http.BaseAddress };
        var refused = await Assert.ThrowsAsync<ProblemException>(async () =>
        {
            await foreach (var _ in new ThreadStoreClient(nowhere).WatchThreadAsync(site.Key, article)) { }
        });
        Assert.Equal((HttpStatusCode.NotFound, null), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Live_of_an_article_that_is_not_there_is_refused()
    {
        await using var messages = new ThreadStoreClient(http)
            .WatchThreadAsync(site.Key, "absent")
            .GetAsyncEnumerator();

        var refused = await Assert.ThrowsAsync<ProblemException>(async () => await messages.MoveNextAsync());

        Assert.Equal("article-not-found", refused.Code);
    }

    /// <summary>
    /// Hands the first stream on and cuts it after two messages, answers some requests by itself, and hands on the rest.
    /// </summary>
    sealed class ProxyOfDownTimes(params HttpStatusCode[] away) : DelegatingHandler(new SocketsHttpHandler())
    {
        public HttpStatusCode? First { get; init; }
        public HttpStatusCode? Then { get; init; }
        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var answers = (HttpStatusCode?[])[First, .. away.Cast<HttpStatusCode?>(), Then];
            if (Asked++ < answers.Length && answers[Asked - 1] is { } status)
                return new(status) { Content = new StringContent("<html>nginx", null, "text/html") };
            var response = await base.SendAsync(request, cancellationToken);
            if (Asked == 1)
                response.Content = new StreamContent(
                    new CutStream(await response.Content.ReadAsStreamAsync(cancellationToken), 1)
                );
            return response;
        }
    }

    /// <summary>Ends each answer after so many reads that brought a message.</summary>
    sealed class CutAfter(int messages) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var response = await base.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            response.Content = new StreamContent(new CutStream(body, messages));
            return response;
        }
    }

    sealed class CutStream(Stream inner, int messages) : Stream
    {
        int left = messages;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (left == 0)
                throw new IOException("Cut off.");
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (buffer.Span[..read].IndexOf("\nid: "u8) >= 0)
                left--;
            return read;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
