using System.Text;
using CsCheck;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Threads;
using Xunit;

namespace ThreadStore.Tests.Http;

public class RequestBodyTests
{
    static Refusal Refused<T>(string json)
        where T : class
    {
        var (value, problem) = StrictJson.Parse<T>(Encoding.UTF8.GetBytes(json));
        Assert.Null(value);
        return Assert.IsType<Refusal>(problem);
    }

    static T Read<T>(string json)
        where T : class
    {
        var (value, problem) = StrictJson.Parse<T>(Encoding.UTF8.GetBytes(json));
        Assert.Null(problem);
        return Assert.IsType<T>(value);
    }

    [Fact]
    public void A_good_body_is_read()
    {
        var parent = new Guid("0198a000-0000-7000-8000-000000000001");

        Assert.Equal(
            new PostComment("a\u0301 😀 \n", parent),
            Read<PostComment>($$"""{ "parentId": "{{parent}}", "body": "a\u0301 \ud83d\ude00 \n" }""")
        );
        Assert.Equal(new PostComment("B"), Read<PostComment>("""{"body":"B","parentId":null}"""));
        Assert.Equal(["a", "b"], Read<CountComments>("""{"articles":["a","b"]}""").Articles);
    }

    [Fact]
    public void Times_are_read_in_any_zone_and_kept_in_UTC_to_the_microsecond()
    {
        var read = Read<RegisterArticle>(
            """{"title":"T","publishedAt":"2021-04-02T12:00:00.1234567+02:00"}"""
        );

        Assert.Equal(
            new DateTimeOffset(2021, 4, 2, 10, 0, 0, TimeSpan.Zero).AddTicks(1234560),
            read.PublishedAt
        );
        Assert.Equal(TimeSpan.Zero, read.PublishedAt?.Offset);
    }

    [Fact]
    public void No_body_is_one_in_which_all_is_left_out()
    {
        Assert.Equal(32, Read<SiteSettings>("").MaxDepth);
        Assert.Equal("validation", Refused<PostComment>("").Code);
    }

    [Theory]
    [InlineData("""{"body":"B","bogus":1}""", "bogus", "is not known here.")]
    [InlineData("""{"body":"B","required":1}""", "required", "is not known here.")]
    [InlineData("""{"body":"B","Body":"B"}""", "Body", "is not known here.")]
    [InlineData("""{"parentId":null}""", "body", "is required.")]
    [InlineData("""{"body":"B","body":"C"}""", "body", "is there twice.")]
    public void What_is_wrong_is_said_of_the_member(string json, string member, string message)
    {
        var refused = Refused<PostComment>(json);

        Assert.Equal("validation", refused.Code);
        Assert.Equal([member], refused.Errors!.Keys);
        Assert.Equal([message], refused.Errors[member].Select(f => f.Message));
    }

    [Theory]
    [InlineData("""{"body":""", "line 1")]
    [InlineData("{\n\"body\":\n}", "line 3")]
    [InlineData("""{"body":5}""", "body")]
    [InlineData("""{"body":"B","parentId":"x"}""", "parentId")]
    [InlineData("[]", "JSON object")]
    [InlineData("null", "JSON object")]
    [InlineData("\"body\"", "JSON object")]
    [InlineData("""{"body":"\ud800"}""", "surrogate")]
    [InlineData("""{"body":"\u0000"}""", "U+0000")]
    public void What_cannot_be_read_is_said_in_words(string json, string word)
    {
        var refused = Refused<PostComment>(json);

        Assert.Equal("bad-request", refused.Code);
        Assert.Contains(word, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"reactions":{"required":"1"}}""")]
    [InlineData("""{"reactions":{"duplicate":"1"}}""")]
    [InlineData("""{"reactions":{"could not be mapped":"1"}}""")]
    [InlineData("""{"maxDepth":null}""")]
    [InlineData("""{"bannedWords":null}""")]
    public void The_words_of_a_member_do_not_change_what_is_said_of_it(string json) =>
        Assert.Equal("bad-request", Refused<SiteSettings>(json).Code);

    [Fact]
    public void A_refusal_shows_nothing_of_how_we_are_made() =>
        Assert.All(
            (string[])
                [
                    """{"maxDepth":"x"}""",
                    """{"moderationMode":"x"}""",
                    """{"bogus":1}""",
                    """{"name":[]}""",
                    "x",
                ],
            json =>
                Assert.DoesNotContain("System.", Refused<SiteSettings>(json).Detail, StringComparison.Ordinal)
        );

    [Fact]
    public void Whatever_comes_it_is_read_or_refused() =>
        Gen.Byte.Array.Sample(bytes =>
        {
            var (value, problem) = StrictJson.Parse<RegisterArticle>(bytes);
            return value is null != problem is null;
        });

    [Fact]
    public void Whatever_is_cut_out_of_a_good_body_it_is_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes(
            """{"title":"é😀\ud83d\ude00","tags":["a",null],"publishedAt":"2021-04-02T10:00:00Z","body":["P"]}"""
        );
        Gen.Select(Gen.Int[0, good.Length], Gen.Int[0, good.Length], Gen.Byte)
            .Sample(
                (from, to, b) =>
                {
                    byte[] bytes = [.. good[..Math.Min(from, to)], b, .. good[Math.Max(from, to)..]];
                    var (value, problem) = StrictJson.Parse<RegisterArticle>(bytes);
                    return value is null != problem is null;
                }
            );
    }
}
