using AngleSharp.Html.Parser;
using ThreadStore.Comments;
using Xunit;

namespace ThreadStore.Tests.Comments;

/// <summary>Addresses in sentences are linked as readers tell them from the sentence.</summary>
public class BareAddressTests
{
    static (string Shown, string? Href)[] Links(string body) =>
        [
            .. new HtmlParser()
                .ParseDocument($"<body>{Markup.ToHtml(body, BodyFormat.Markdown)}")
                .QuerySelectorAll("a")
                .Select(a => (a.TextContent, a.GetAttribute("href"))),
        ];

    [Theory]
    // signs of the sentence, however many
    [InlineData("is it https://a.example/b?!", "https://a.example/b")]
    [InlineData("see https://a.example/b...", "https://a.example/b")]
    [InlineData("see https://a.example/b?c=d&e=f#g;, and", "https://a.example/b?c=d&e=f#g")]
    [InlineData("https://a.example.", "https://a.example")]
    [InlineData("https://a.example/?", "https://a.example/")]
    [InlineData("https://a.example:8080/b:", "https://a.example:8080/b")]
    [InlineData("https://a.example/b&quot;", "https://a.example/b")]
    [InlineData("https://a.example/b…", "https://a.example/b")]
    // brackets and quotes
    [InlineData("(https://a.example/b)", "https://a.example/b")]
    [InlineData("(see https://a.example/b), too", "https://a.example/b")]
    [InlineData("[https://a.example/b]", "https://a.example/b")]
    [InlineData("(https://en.wikipedia.example/wiki/A_(b)).", "https://en.wikipedia.example/wiki/A_(b)")]
    [InlineData("\"https://a.example/b\"", "https://a.example/b")]
    [InlineData("'https://a.example/b'", "https://a.example/b")]
    [InlineData("“https://a.example/b”", "https://a.example/b")]
    [InlineData("«https://a.example/b».", "https://a.example/b")]
    // emphasis around it is emphasis, within it is the address
    [InlineData("**https://a.example/b**", "https://a.example/b")]
    [InlineData("_https://a.example/b_c_d_", "https://a.example/b_c_d")]
    [InlineData("~~https://a.example/b~~!", "https://a.example/b")]
    // full-width signs, and sentences without spaces
    [InlineData("见https://a.example/b。好", "https://a.example/b")]
    [InlineData("（https://a.example/b）", "https://a.example/b")]
    [InlineData("「https://a.example/b」、", "https://a.example/b")]
    [InlineData("看https://a.example，好", "https://a.example")]
    [InlineData("看https://a.example吧", "https://a.example")]
    [InlineData("看https://a.example/bを", "https://a.example/b")]
    [InlineData("https://zh.wikipedia.example/wiki/北京。", "https://zh.wikipedia.example/wiki/北京")]
    [InlineData("https://bücher.example/ä", "https://bücher.example/ä")]
    [InlineData("http://192.0.2.1/a", "http://192.0.2.1/a")]
    public void The_address_ends_where_the_sentence_goes_on(string body, string address) =>
        Assert.Equal([(address, address)], Links(body));

    [Theory]
    [InlineData("Https://A.example/B", "Https://A.example/B", "https://A.example/B")]
    [InlineData("HTTP://a.example", "HTTP://a.example", "http://a.example")]
    [InlineData("www.a.example/b.", "www.a.example/b", "https://www.a.example/b")]
    [InlineData("(WWW.a.example)", "WWW.a.example", "https://WWW.a.example")]
    [InlineData("mailto:me@a.example.", "mailto:me@a.example", "mailto:me@a.example")]
    public void It_may_be_written_in_capitals_or_without_a_scheme(string body, string shown, string href) =>
        Assert.Equal([(shown, href)], Links(body));

    [Theory]
    [InlineData("http:// https:// www. www.. https://.a https://localhost mailto:a mailto:@a.example")]
    [InlineData("xhttps://a.example éwww.a.example not-www.a.example a@www.example.com")]
    [InlineData("https://bank.example@evil.example/ ftp://a.example tel:12 javascript://a.example")]
    [InlineData("`https://a.example` https\\://a.example")]
    public void What_is_no_address_is_no_link(string body) => Assert.Empty(Links(body));

    [Fact]
    public void A_dash_between_words_is_part_of_it() =>
        Assert.Equal(
            [("https://a.example/Michelson–Morley", "https://a.example/Michelson%E2%80%93Morley")],
            Links("https://a.example/Michelson–Morley – see")
        );

    [Fact]
    public void In_the_text_of_a_link_an_address_is_text() =>
        Assert.Equal(
            [("https://a.example/b", "https://c.example/d")],
            Links("[https://a.example/b](https://c.example/d)")
        );
}
