using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Comments;

public class CommentTextTests
{
    static readonly CommentText Bold = new("**bold**", BodyFormat.Markdown);

    static readonly CommentPosted Posted = Past.Posted(Guid.NewGuid(), "a", Past.Day) with
    {
        Body = Bold.Body,
        Text = Bold,
    };

    [Fact]
    public void What_was_made_of_a_text_travels_with_the_event()
    {
        Assert.Same(Bold, Posted.Text);
        Assert.Same(Bold, (Posted with { ArticleKey = "b" }).Text);
    }

    [Fact]
    public void Another_text_is_made_ready_anew() =>
        Assert.Equal("plain", ShownText.Of((Posted with { Body = "plain" }).Text.Html));

    [Fact]
    public void An_event_made_anew_makes_its_text_once()
    {
        var posted = Posted with { Body = "again" };

        Assert.Same(posted.Text, posted.Text);
    }

    [Fact]
    public void An_event_is_the_same_whatever_was_made_of_it_and_stores_nothing_of_that()
    {
        var stored = JsonSerializer.Serialize(Posted, Json.Options);
        var read = JsonSerializer.Deserialize<CommentPosted>(stored, Json.Options)!;

        Assert.Equal(Posted with { Verdicts = read.Verdicts }, read);
        Assert.DoesNotContain("html", stored, StringComparison.Ordinal);
        Assert.Equal(Posted.Text.Content, read.Text.Content);
    }
}
