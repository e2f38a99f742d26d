using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using CsCheck;
using ThreadStore.Comments;
using Xunit;

namespace ThreadStore.Tests.Comments;

public class MarkupTests
{
    const string Rel = "rel=\"nofollow ugc noopener\"";

    /// <summary>Expected HTML, in which blocks are written without what each of them bears.</summary>
    static string Directed(string html) =>
        Regex.Replace(html.Replace("{rel}", Rel), "<(p|blockquote|ul|ol|li|pre)(?=[ >])", "<$1 dir=\"auto\"");

    [Theory]
    [InlineData("", "")]
    [InlineData(" \n\t\n ", "")]
    [InlineData("Hello", "<p>Hello</p>")]
    [InlineData(
        "2019 was better (far better): no \"news\", was it?",
        "<p>2019 was better (far better): no \"news\", was it?</p>"
    )]
    [InlineData("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>")]
    [InlineData("one  \r\ntwo\\\r\nthree", "<p>one<br>\ntwo<br>\nthree</p>")]
    [InlineData(
        "*a* __b__ ~~c~~ `d<e`",
        "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;e</code></p>"
    )]
    [InlineData(
        "> q\n> > r\n\na",
        "<blockquote><p>q</p>\n<blockquote><p>r</p></blockquote></blockquote>\n<p>a</p>"
    )]
    [InlineData("- a\n  - b\n- c", "<ul><li>a\n<ul><li>b</li></ul></li>\n<li>c</li></ul>")]
    [InlineData("3. a\n4. b\n\n   c", "<ol start=\"3\"><li><p>a</p></li>\n<li><p>b</p>\n<p>c</p></li></ol>")]
    [InlineData("1) a", "<ol><li>a</li></ol>")]
    [InlineData("```cs\nif (a < b)\n```", "<pre><code class=\"language-cs\">if (a &lt; b)\n</code></pre>")]
    [InlineData("~~~ c++ linenos\n~~~", "<pre><code class=\"language-c++\"></code></pre>")]
    [InlineData("```a\"b\nc\n```", "<pre><code>c\n</code></pre>")]
    [InlineData("```\nc\n```", "<pre><code>c\n</code></pre>")]
    [InlineData("[12:30]: goal!", "<p>[12:30]: goal!</p>")]
    [InlineData(
        "[a]: https://b.c\n\n[a] [d][a]",
        "<p>[a]: <a href=\"https://b.c\" {rel}>https://b.c</a></p>\n<p>[a] [d][a]</p>"
    )]
    [InlineData(
        "他说**“真的”**吗？**好。**是",
        "<p>他说<strong>“真的”</strong>吗？<strong>好。</strong>是</p>"
    )]
    [InlineData("    a\n\n    b", "<pre><code>a\n\nb\n</code></pre>")]
    [InlineData("Q & A &copy; \u00A0 \\*", "<p>Q &amp; A © &nbsp; *</p>")]
    public void Markdown_becomes_html(string body, string html) =>
        Assert.Equal(Directed(html), Markup.ToHtml(body, BodyFormat.Markdown));

    // every sign of a text without markup is shown, whatever the parser tried to make of it
    [Fact]
    public void Brackets_without_an_address_are_all_shown() =>
        Gen.Char["[]!a (): \n"]
            .Array[0, 16]
            .Select(signs => new string(signs))
            .Sample(
                body =>
                {
                    static string Signs(string text) => Regex.Replace(text, @"\s+", "");
                    if (!body.Contains("]("))
                        Assert.Equal(
                            Signs(body),
                            Signs(Parse(Markup.ToHtml(body, BodyFormat.Markdown)).TextContent)
                        );
                },
                iter: 5_000
            );

    [Fact]
    public void Every_block_says_for_itself_in_which_direction_it_is_read() =>
        Assert.Equal(
            "<p dir=\"auto\">مرحبا <em>a</em></p>\n<blockquote dir=\"auto\"><ol dir=\"auto\" start=\"2\"><li dir=\"auto\">b</li></ol>\n"
                + "<pre dir=\"auto\"><code class=\"language-sh\">c\n</code></pre></blockquote>",
            Markup.ToHtml("مرحبا *a*\n\n> 2. b\n>\n> ```sh\n> c\n> ```", BodyFormat.Markdown)
        );

    [Theory]
    [InlineData(
        "[a *b*](https://c.d/?e=1&f=\"2\" \"title\")",
        "<a href=\"https://c.d/?e=1&amp;f=%222%22\" {rel}>a <em>b</em></a>"
    )]
    [InlineData("[](http://a.b)", "<a href=\"http://a.b\" {rel}>http://a.b</a>")]
    [InlineData(
        "Https://a.b http://a.b/c_d_e.",
        "<a href=\"https://a.b\" {rel}>Https://a.b</a> <a href=\"http://a.b/c_d_e\" {rel}>http://a.b/c_d_e</a>."
    )]
    [InlineData("(www.a.org)", "(<a href=\"https://www.a.org\" {rel}>www.a.org</a>)")]
    [InlineData(
        "<https://a.b> <me@a.b>",
        "<a href=\"https://a.b\" {rel}>https://a.b</a> <a href=\"mailto:me@a.b\" {rel}>me@a.b</a>"
    )]
    [InlineData("[a](https://bücher.example/ä%20b)", "<a href=\"https://bücher.example/ä%20b\" {rel}>a</a>")]
    [InlineData("![cat](https://a.b/c.png)", "<a href=\"https://a.b/c.png\" {rel}>cat</a>")]
    [InlineData("[![cat](https://a.b/c.png)](https://d.e)", "<a href=\"https://d.e\" {rel}>cat</a>")]
    [InlineData("[<https://a.b>](https://d.e)", "<a href=\"https://d.e\" {rel}>https://a.b</a>")]
    public void A_link_is_absolute_and_vouched_for_by_nobody(string body, string html) =>
        Assert.Equal(Directed($"<p>{html}</p>"), Markup.ToHtml(body, BodyFormat.Markdown));

    [Theory]
    [InlineData("## Title\ntext", "<p><strong>Title</strong></p>\n<p>text</p>")]
    [InlineData("#", "<p>#</p>")]
    [InlineData("Yours, A.\n---", "<p>Yours, A.<br>\n---</p>")]
    [InlineData("***", "<p>***</p>")]
    [InlineData(
        "![cat](cat.png) [rel](/a) [rel](//a.b) ftp://a.b tel:12",
        "<p>cat rel rel ftp://a.b tel:12</p>"
    )]
    [InlineData("| a |\n|---|\n| b |", "<p>| a |<br>\n|---|<br>\n| b |</p>")]
    [InlineData("<b>a</b> <!-- c -->", "<p>&lt;b&gt;a&lt;/b&gt; &lt;!-- c --&gt;</p>")]
    public void What_a_comment_may_not_hold_keeps_its_text(string body, string html) =>
        Assert.Equal(Directed(html), Markup.ToHtml(body, BodyFormat.Markdown));

    [Theory]
    [InlineData("", "")]
    [InlineData(
        "a\nb\r\n\r\n c <i> *d* & http://a.b ",
        "<p>a<br>\nb</p>\n<p>c &lt;i&gt; *d* &amp; http://a.b</p>"
    )]
    public void Text_keeps_every_sign(string body, string html) =>
        Assert.Equal(Directed(html), Markup.ToHtml(body, BodyFormat.Text));

    [Theory]
    [InlineData("", "")]
    [InlineData("a<br>b<p>c", "<p>a<br>\nb</p>\n<p>c</p>")]
    [InlineData(
        "<div><b>a <i>b</b> c</i> <s>d</s> <u>e</u></div>",
        "<p><strong>a <em>b</em></strong> c <del>d</del> e</p>"
    )]
    [InlineData(
        "<ul><li>a<li>b<ol start=2><li>c</ol></ul>d",
        "<ul><li>a</li>\n<li>b\n<ol start=\"2\"><li>c</li></ol></li></ul>\n<p>d</p>"
    )]
    [InlineData("<li>a</li><blockquote>b</blockquote>", "<p>a</p>\n<blockquote><p>b</p></blockquote>")]
    [InlineData("<ul>a<li><p>b</p><p>c</p></ul>", "<ul><li>a</li>\n<li><p>b</p>\n<p>c</p></li></ul>")]
    [InlineData("<pre><code>a  b\n&lt;c></code></pre>", "<pre><code>a  b\n&lt;c&gt;</code></pre>")]
    [InlineData(
        "<pre><code class='hljs language-js'>a</code></pre><code class=evil dir=rtl>b</code>",
        "<pre><code class=\"language-js\">a</code></pre>\n<p><code>b</code></p>"
    )]
    [InlineData(
        "<h2>a</h2>b<hr>c<table><tr><td>d<td>e</table>",
        "<p><strong>a</strong></p>\n<p>b</p>\n<p>c</p>\n<p>d e</p>"
    )]
    [InlineData(
        "<a href=' https://a.b/?c=d&amp;e ' target=_top>f<a href='/g'>h</a>",
        "<p><a href=\"https://a.b/?c=d&amp;e\" {rel}>f</a>h</p>"
    )]
    [InlineData(
        "<img src=https://a.b/c.png alt=d><img src=e alt=f>",
        "<p><a href=\"https://a.b/c.png\" {rel}>d</a>f</p>"
    )]
    [InlineData("<script>a</script>b<style>c</style><!--d--><textarea>e</textarea>", "<p>b</p>")]
    public void Imported_html_is_brought_down_to_what_a_comment_may_hold(string body, string html) =>
        Assert.Equal(Directed(html), Markup.ToHtml(body, BodyFormat.Html));

    [Theory]
    [MemberData(nameof(MarkupAttacks.All), MemberType = typeof(MarkupAttacks))]
    public void An_attack_leaves_nothing_that_can_run(string body)
    {
        foreach (var format in Enum.GetValues<BodyFormat>())
            AssertSafe(Markup.ToHtml(body, format));
    }

    [Fact]
    public void Whatever_is_written_comes_out_safe_and_the_same_again() =>
        Gen.Select(Bodies, Gen.Enum<BodyFormat>())
            .Sample(
                (body, format) =>
                {
                    var html = Markup.ToHtml(body, format);
                    AssertSafe(html);
                    Assert.Equal(html, Markup.ToHtml(body, format));
                },
                iter: 5_000
            );

    [Fact]
    public void The_sanitizer_finds_nothing_to_change() =>
        Gen.Select(Bodies, Gen.Enum<BodyFormat>())
            .Sample(
                (body, format) =>
                {
                    var html = Markup.ToHtml(body, format);
                    Assert.Equal(html, Markup.Sanitize(html));
                    if (format == BodyFormat.Markdown)
                        Assert.Equal(Markup.FromMarkdown(body, alwaysSanitize: true), html);
                },
                iter: 5_000
            );

    [Fact]
    public void Plain_text_is_rendered_as_markdown_would_be()
    {
        var plain = 0;
        PlainBodies.Sample(
            body =>
            {
                if (PlainText.IsPlain(body))
                    Interlocked.Increment(ref plain);
                Assert.Equal(
                    Markup.FromMarkdown(body, alwaysSanitize: true),
                    Markup.ToHtml(body, BodyFormat.Markdown)
                );
            },
            iter: 20_000
        );
        Assert.True(plain > 2_000, $"only {plain} of the bodies were plain");
    }

    [Theory]
    [InlineData(
        "I don't think this is what they promised us in 2019: \u201Cfirst the bridge\u201D, wasn't it? \U0001F914",
        true
    )]
    [InlineData("one\ntwo\n\nthree", true)]
    [InlineData("10 years (at least) - or 11.", true)]
    [InlineData("11. item", false)]
    [InlineData("- item", false)]
    [InlineData("a * b", false)]
    [InlineData("see www.a.org", false)]
    [InlineData("a \nb", false)]
    public void Plain_is_what_has_no_sign_of_markup(string body, bool plain) =>
        Assert.Equal(plain, PlainText.IsPlain(body));

    // one sign many times, or two, half of the text each
    public static TheoryData<string> Floods =>
        new(
            (
                "[·[ ]·![ ](a)·*a␣**a␣ a**␣a*␣·*[·_a*·`a``·>·>␣ ⏎a·-␣ ⏎·1.␣·[a](·[a](<b␣\"·<a␣·<!--·&#·~~a␣ ␣a~~·http://a.b/(·http://a.b⏎⏎"
                + "·<b>·<b><p>·<div><a␣href=http://a>·<blockquote> <p>a</p>·<ul><li>·<br>·<table><tr><td>·<svg><math>·<script> </script␣·</p> <b></i>"
            ).Split('·')
        );

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Floods))]
    public Task A_flood_of_signs_neither_throws_nor_hangs_nor_swells(string flood) =>
        Task.Run(() =>
        {
            foreach (var length in new[] { 10_000, 200_000 })
            {
                var body = Flood(flood, length);
                foreach (var format in Enum.GetValues<BodyFormat>())
                {
                    var html = Markup.ToHtml(body, format);
                    AssertBounded(html, body);
                }
            }
        });

    [Fact]
    public void References_to_one_long_address_are_none() =>
        Assert.DoesNotContain(
            "<a href=\"http://a.b/c",
            Markup.ToHtml(
                $"[x]: http://a.b/{Repeat("c", 1_900)}\n\n{Repeat("[x] ", 3_000)}",
                BodyFormat.Markdown
            )[2_000..],
            StringComparison.Ordinal
        );

    // repeated until their tags outweigh what is allowed beside the fourfold
    [Fact]
    public void Whatever_is_written_swells_to_four_times_its_length_at_most() =>
        Gen.Select(Joined(8, Pieces), Gen.Int[1, 2_000], Gen.Enum<BodyFormat>())
            .Sample(
                (part, times, format) =>
                {
                    var body = string.Concat(
                        Enumerable.Repeat(part, Math.Min(times, 20_000 / (part.Length + 1)))
                    );
                    AssertBounded(Markup.ToHtml(body, format), body);
                },
                iter: 1_000
            );

    [Theory]
    [InlineData("www.a.b ", "a")]
    [InlineData("- a\n", "li")]
    [InlineData("a\n\n", "p")]
    [InlineData("> a\n\n", "blockquote")]
    public void Markup_is_kept_as_far_as_anybody_needs_it(string part, string element)
    {
        AngleSharp.Dom.IHtmlCollection<IElement> Found(int times) =>
            Parse(Markup.ToHtml(string.Concat(Enumerable.Repeat(part, times)), BodyFormat.Markdown))
                .QuerySelectorAll(element);

        Assert.Equal(40, Found(40).Length);
        // still all that was written, though as text
        Assert.True(Found(4_000).Length <= 1);
    }

    [Theory]
    [InlineData("a & b && c &amp; &#1; &d", "a & b && c &amp;amp; &amp;#1; &amp;d")]
    [InlineData("a\r\nb\r\rc\n<d>\0", "a<br>b<br><br>c<br>&lt;d&gt;\uFFFD")]
    public void The_shortest_form_shows_every_sign(string body, string html) =>
        Assert.Equal(Directed($"<p>{html}</p>"), PlainText.Dense(body));

    [Theory]
    [InlineData(">", 40, 40)]
    [InlineData(">", 5_000, 0)]
    [InlineData("- ", 5_000, 0)]
    public void What_is_too_deep_is_shown_as_text(string sign, int times, int quotes) =>
        Assert.Equal(
            quotes,
            Parse(Markup.ToHtml(Repeat(sign, times) + "a", BodyFormat.Markdown))
                .QuerySelectorAll("blockquote")
                .Length
        );

    [Theory]
    [InlineData(
        "> they said *first*\n\nThat's **not** it, see [p. 3](https://a.b/c#p=3):\n\n- road\n  - bridge\n\n",
        110,
        "a"
    )]
    [InlineData("    if (list[i] * 2 > max_value && !done) { call(list[i], &x); }\n", 150, "code")]
    public void A_long_comment_that_means_well_keeps_its_markup(string part, int times, string element) =>
        Assert.NotEmpty(
            Parse(Markup.ToHtml(string.Concat(Enumerable.Repeat(part, times)), BodyFormat.Markdown))
                .QuerySelectorAll(element)
        );

    [Fact]
    public void A_small_stack_is_enough()
    {
        var bodies = Floods.Select(row => Flood(row.Data, 200_000)).ToList();
        Exception? failure = null;
        var thread = new Thread(
            () =>
                failure = Record.Exception(() =>
                    bodies.ForEach(body =>
                        Array.ForEach(Enum.GetValues<BodyFormat>(), format => Markup.ToHtml(body, format))
                    )
                ),
            maxStackSize: 512 * 1024
        );
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    // pieces rather than characters: what breaks parsers are signs next to signs
    const string Pieces =
        "a·b c· ·  ·\n·\n\n·\r\n·\t·*·**·_·~~·`·```\n·[·]·(·)·![·](·<·>·\n> ·\n- ·\n2. ·\n    ·\n# ·\n---\n·&·&amp;·&#106;·&#0;·&#13;"
        + "·&nbsp;·;·\\·\"·'·=·:·/·#·!·|·{·}·http://a.b·https://é.f/?g=h&i·www.j.k·mailto:l@m.n·javascript:alert(1)·data:text/html,·//o.p"
        + "·[q]: http://r.s \"t\"\n·[q]·<https://a.b>·<l@m.n>·<a href=\"·<a href=http://u.v>·</a>·<b>·</b>·<i ·<p>·</p>·<ul>·<ol start=7>"
        + "·<li>·</ul>·<blockquote>·</blockquote>·<pre>·</pre>·<code>·<h1>·<br/>·<img src=x onerror=y alt='·<script>·</script>·<style>·<svg>"
        + "·<math>·<table><td>·<!--·-->·<![CDATA[·<textarea>·onclick=·\0·\u00A0·\u2028·\u202E·\uFEFF·\uD83D\uDE00·\uD83D·\uDE00·é·\u0085·\f";

    static readonly Gen<string> Bodies = Joined(24, Pieces);

    static readonly Gen<string> PlainBodies = Joined(
        12,
        "a·word·Z· · ·, ·. ·.·: ·:·; ·! ·?·-·--· - ·+·=·(·)·'·\"·/·@·#·%·$·^·{·}·|·0·12·1.·2)·\n·\n\n·\nx·www·w.·http:·ftp:·tel·mailto·é·ß"
            + "·\u4E2D·\u3000·\u00AD·\u200B·\u202E·\u2028·\uD83D\uDE00·\uD83D·*·&"
    );

    static Gen<string> Joined(int most, string pieces)
    {
        var each = pieces.Split('·');
        return Gen.OneOf(Gen.Int[0, each.Length - 1].Select(i => each[i]), Gen.String[0, 2])
            .Array[0, most]
            .Select(string.Concat);
    }

    static readonly string[] Blocks = ["p", "blockquote", "ul", "ol", "li", "pre"];

    static void AssertBounded(string html, string body) =>
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 0, 2_048 + 4L * Encoding.UTF8.GetByteCount(body));

    static void AssertSafe(string html)
    {
        var body = Parse(html);
        foreach (var element in body.QuerySelectorAll("*"))
        {
            Assert.Contains(element.LocalName, SafeHtml.Tags);
            Assert.Equal("http://www.w3.org/1999/xhtml", element.NamespaceUri);
            var names = element.Attributes.Select(a => a.Name);
            if (element.LocalName == "a")
            {
                Assert.Equal(["href", "rel"], names);
                Assert.Equal("nofollow ugc noopener", element.GetAttribute("rel"));
                Assert.Matches("^(https?://|mailto:)[^\\s\"<>`{}\\\\\\p{C}]+$", element.GetAttribute("href"));
            }
            else if (element.LocalName == "code" && element.HasAttribute("class"))
            {
                Assert.Equal(["class"], names);
                Assert.Matches("^language-[A-Za-z0-9_+#.-]{1,30}$", element.GetAttribute("class"));
            }
            else if (Blocks.Contains(element.LocalName))
            {
                Assert.Equal("auto", element.GetAttribute("dir"));
                Assert.All(
                    names,
                    name => Assert.True(name == "dir" || (name, element.LocalName) == ("start", "ol"))
                );
            }
            else
                Assert.Empty(names);
        }
        Assert.DoesNotContain(
            body.Descendants(),
            node => node.NodeType is not (NodeType.Element or NodeType.Text)
        );
    }

    static IElement Parse(string html) =>
        new HtmlParser().ParseDocument("<!doctype html><body>" + html).Body!;

    static string Flood(string flood, int length) =>
        string.Concat(
            flood
                .Split(' ')
                .Select(sign =>
                    Repeat(sign.Replace('␣', ' ').Replace('⏎', '\n'), length / (flood.Contains(' ') ? 2 : 1))
                )
        );

    static string Repeat(string text, int length) =>
        string.Concat(Enumerable.Repeat(text, length / text.Length));
}
