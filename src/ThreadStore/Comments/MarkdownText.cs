using System.Globalization;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ThreadStore.Comments;

/// <summary>CommonMark with strikethrough and bare addresses, without HTML and without definitions of links. Line ends are
/// kept, as those who write into a comment field expect. What a comment may not hold keeps its text: a heading becomes a
/// bold paragraph, an image a link, a rule its characters.</summary>
sealed class MarkdownText(SafeHtml html)
{
    static readonly MarkdownPipeline Pipeline = BuildPipeline();

    int inlineDepth;

    /// <returns>False where the text is too deep or too costly; <paramref name="html"/> is then not to be used.</returns>
    public static bool TryWrite(string body, SafeHtml html)
    {
        try
        {
            if (!MarkdownCost.IsAffordable(body))
                return false;
            new MarkdownText(html).Blocks(Markdown.Parse(body, Pipeline), isTight: false);
            return !html.IsOverLimit;
        }
        catch (ArgumentException)
        {
            // the parser's way to say "too deeply nested"
            return false;
        }
    }

    static MarkdownPipeline BuildPipeline()
    {
        var builder = new MarkdownPipelineBuilder { MaximumNestingDepth = SafeHtml.MaxDepth }
            .DisableHtml()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
            // Chinese and Japanese put no space between bold words and the sign that follows
            .UseCjkFriendlyEmphasis();
        builder.BlockParsers.Replace<ParagraphBlockParser>(new CommentParagraphParser());
        builder.InlineParsers.Insert(0, new BareAddressParser());
        return builder.Build();
    }

    /// <summary>In comments a paragraph is a paragraph. A line of dashes below a sentence is a signature or a divider, not
    /// a heading; and <c>[12:30]: goal!</c> is a sentence, not the definition of a link that nobody sees (of which many
    /// references could make a page of any length).</summary>
    sealed class CommentParagraphParser : ParagraphBlockParser
    {
        public CommentParagraphParser() => ParseSetextHeadings = false;

        public override bool Close(BlockProcessor processor, Block block)
        {
            if (block is not ParagraphBlock paragraph)
                return true;
            ref var lines = ref paragraph.Lines;
            for (var i = 0; i < lines.Count; i++)
                lines.Lines[i].Slice.TrimStart();
            if (lines.Count > 0)
                lines.Lines[lines.Count - 1].Slice.TrimEnd();
            return lines.Count > 0;
        }
    }

    void Blocks(ContainerBlock container, bool isTight)
    {
        foreach (var block in container)
        {
            if (html.IsOverLimit)
                return;
            Block(block, isTight);
        }
    }

    void Block(Block block, bool isTight)
    {
        switch (block)
        {
            case ParagraphBlock paragraph when isTight:
                Inlines(paragraph.Inline, inLink: false);
                break;
            case ParagraphBlock paragraph:
                html.Open(SafeTag.P);
                Inlines(paragraph.Inline, inLink: false);
                html.Close(SafeTag.P);
                break;
            case HeadingBlock { Inline.FirstChild: not null } heading:
                html.Open(SafeTag.P);
                html.Open(SafeTag.Strong);
                Inlines(heading.Inline, inLink: false);
                html.Close(SafeTag.Strong);
                html.Close(SafeTag.P);
                break;
            case HeadingBlock heading:
                Paragraph(new string('#', heading.Level));
                break;
            case ThematicBreakBlock rule:
                Paragraph(new string(rule.ThematicChar, rule.ThematicCharCount));
                break;
            case CodeBlock code:
                Code(code);
                break;
            case QuoteBlock quote:
                html.Open(SafeTag.Blockquote);
                Blocks(quote, isTight: false);
                html.Close(SafeTag.Blockquote);
                break;
            case ListBlock list:
                List(list);
                break;
        }
    }

    void Paragraph(string text)
    {
        html.Open(SafeTag.P);
        html.Text(text);
        html.Close(SafeTag.P);
    }

    void Code(CodeBlock code)
    {
        html.Open(SafeTag.Pre);
        html.OpenCode((code as FencedCodeBlock)?.Info);
        for (var i = 0; i < code.Lines.Count; i++)
        {
            html.Text(code.Lines.Lines[i].Slice.AsSpan());
            html.Text("\n");
        }
        html.Close(SafeTag.Code);
        html.Close(SafeTag.Pre);
    }

    void List(ListBlock list)
    {
        if (list.IsOrdered)
            html.OpenOl(
                int.TryParse(list.OrderedStart, CultureInfo.InvariantCulture, out var start) ? start : 1
            );
        else
            html.Open(SafeTag.Ul);
        foreach (var item in list)
        {
            html.Open(SafeTag.Li);
            if (item is ContainerBlock blocks)
                Blocks(blocks, isTight: !list.IsLoose);
            html.Close(SafeTag.Li);
        }
        html.Close(list.IsOrdered ? SafeTag.Ol : SafeTag.Ul);
    }

    void Inlines(ContainerInline? container, bool inLink)
    {
        // delimiters without a partner are containers too, though they write no element
        if (++inlineDepth > SafeHtml.MaxDepth)
            html.GiveUp();
        for (var inline = container?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            if (html.IsOverLimit)
                return;
            Inline(inline, inLink);
        }
        inlineDepth--;
    }

    void Inline(Inline inline, bool inLink)
    {
        switch (inline)
        {
            case LiteralInline literal:
                html.Text(literal.Content.AsSpan());
                break;
            case LineBreakInline:
                html.LineBreak();
                break;
            case HtmlEntityInline entity:
                html.Text(entity.Transcoded.AsSpan());
                break;
            case CodeInline code:
                html.Open(SafeTag.Code);
                html.Text(code.ContentSpan);
                html.Close(SafeTag.Code);
                break;
            case EmphasisInline emphasis:
                var tag =
                    emphasis.DelimiterChar == '~' ? SafeTag.Del
                    : emphasis.DelimiterCount == 2 ? SafeTag.Strong
                    : SafeTag.Em;
                html.Open(tag);
                Inlines(emphasis, inLink);
                html.Close(tag);
                break;
            case BareAddressInline address:
                BareAddress(address.Address, inLink);
                break;
            case AutolinkInline autolink:
                Autolink(autolink, inLink);
                break;
            case LinkInline link:
                Link(link, inLink);
                break;
            case DelimiterInline delimiter:
                // it found no partner, and stands for itself
                html.Text(delimiter.ToLiteral());
                Inlines(delimiter, inLink);
                break;
            case ContainerInline container:
                Inlines(container, inLink);
                break;
        }
    }

    void Autolink(AutolinkInline autolink, bool inLink)
    {
        if (!inLink && html.TryOpenA(autolink.IsEmail ? "mailto:" + autolink.Url : autolink.Url))
        {
            html.Text(autolink.Url);
            html.Close(SafeTag.A);
        }
        else
            html.Text(inLink ? autolink.Url : $"<{autolink.Url}>");
    }

    void BareAddress(BareAddress address, bool inLink)
    {
        var isLink = !inLink && html.TryOpenA(address.Url);
        html.Text(address.Text);
        if (isLink)
            html.Close(SafeTag.A);
    }

    void Link(LinkInline link, bool inLink)
    {
        var url = link.GetDynamicUrl?.Invoke() ?? link.Url;
        var isLink = !inLink && html.TryOpenA(url);
        // a link that shows nothing shows the address
        if (link.FirstChild is null)
            html.Text(url);
        else
            Inlines(link, inLink: true);
        if (isLink)
            html.Close(SafeTag.A);
    }
}
