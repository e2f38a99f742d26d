using System.IO.Pipelines;
using System.Text;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>Requests as proxies and their health checks send them, over a real socket.</summary>
public class BareRequestTests(Store store, Kestrel kestrel) : IClassFixture<Kestrel>
{
    Task<Reply> SendAsync(string head) => kestrel.SendAsync(Encoding.ASCII.GetBytes($"{head}\r\n\r\n"));

    [Fact]
    public async Task A_write_without_a_body_needs_no_length_in_HTTP_1_0_either()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Hello");
        var (ben, cms) = (site.Token("ben"), site.Token("cms", Role.Service));

        // as nginx does it where nothing else is configured
        var liked = await SendAsync(
            $"PUT {site.Path}/comments/{id}/reactions/like HTTP/1.0\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {ben}"
        );
        var closed = await SendAsync(
            $"POST {site.Path}/articles/{article}/discussion/close HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {cms}"
        );
        var empty = await SendAsync(
            $"POST {site.Path}/comments/{id}/flags HTTP/1.0\r\nAuthorization: Bearer {ben}"
        );

        Assert.Equal(1, liked.Expect(200)["reactions"].GetProperty("like").GetInt32());
        Assert.Equal("closed", closed.Expect(200)["discussion"].GetString());
        empty.ExpectProblem(400, "validation");
        // with a body all is as it was
        var content = """{"reason":"spam"}""";
        (
            await SendAsync(
                $"POST {site.Path}/comments/{id}/flags HTTP/1.0\r\nAuthorization: Bearer {ben}\r\nContent-Length: {content.Length}\r\n\r\n{content}"
            )
        ).Expect(201);
    }

    [Theory]
    [InlineData("PUT /a HTTP/1.0\r\nX: y\r\n", "~UT /a HTTP/1.0\r\nX: y\r\n")]
    [InlineData("POST /a HTTP/1.0\r\nX: y\r\n", "~OST /a HTTP/1.0\r\nX: y\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nX: y\r\n", "POST /a HTTP/1.1\r\nX: y\r\n")]
    [InlineData("PATCH /a HTTP/1.0\r\nX: y\r\n", "PATCH /a HTTP/1.0\r\nX: y\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n")]
    // what comes later may be a body
    [InlineData("GET / HTTP/1.0\r\nPUT /a HTTP/1.0\r\n", "GET / HTTP/1.0\r\nPUT /a HTTP/1.0\r\n")]
    public async Task Only_what_the_server_would_refuse_is_marked_however_it_arrives(string sent, string read)
    {
        for (var piece = 1; piece <= sent.Length; piece++)
        {
            var pipe = new Pipe();
            var reader = new BodilessWrites(pipe.Reader);
            var all = "";
            foreach (var bytes in Encoding.ASCII.GetBytes(sent).Chunk(piece))
            {
                await pipe.Writer.WriteAsync(bytes, TestContext.Current.CancellationToken);
                var got = (await reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer;
                all = Encoding.ASCII.GetString(got);
                // as Kestrel does it: a line that is not whole stays
                reader.AdvanceTo(got.Start, got.End);
            }
            Assert.Equal(read, all);
        }
    }

    [Theory]
    [InlineData("~UT /v1/sites HTTP/1.1\r\nHost: x\r\nConnection: close")]
    [InlineData("put /v1/sites HTTP/1.0\r\nHost: x\r\nContent-Length: 0")]
    public async Task Other_methods_stay_what_they_are(string head) => (await SendAsync(head)).Expect(405);

    [Theory]
    [InlineData("GET /v1/sites HTTP/1.1", "Host")]
    [InlineData("GET /v1/si tes HTTP/1.1\r\nHost: x", "request line")]
    [InlineData("POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: many", "content length")]
    [InlineData(
        "POST /v1/sites HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2",
        "Content-Length"
    )]
    public async Task What_can_not_be_read_is_told_with_its_cause(string head, string cause)
    {
        var refused = (await SendAsync(head)).Expect(400, "bad-request");

        Assert.Contains(cause, refused["detail"].GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("OPTIONS / HTTP/1.0")]
    [InlineData("OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: close")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close")]
    public async Task Anybody_may_ask_whether_the_server_is_there(string head)
    {
        var answer = (await SendAsync(head)).Expect(204);

        Assert.Equal("GET, HEAD, OPTIONS", answer.Headers["Allow"]);
    }
}
