using System.Globalization;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace ThreadStore.Comments;

/// <summary>HTML that another system stored, brought down to what a comment may hold. Reads tokens instead of a document:
/// a tree of broken markup can grow with the square of its source, a list of tokens can't.</summary>
sealed class ForeignHtml(SafeHtml html)
{
    /// <summary>Leaves room for the p and li that open by themselves.</summary>
    const int MaxOpen = SafeHtml.MaxDepth - 4;

    readonly List<SafeTag> open = [];

    public void Write(string body)
    {
        var tokenizer = new HtmlTokenizer(new TextSource(body), HtmlEntityProvider.Resolver)
        {
            SkipComments = true,
        };
        string? unseen = null;
        for (var token = tokenizer.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokenizer.Get())
        {
            if (html.IsOverLimit)
                return;
            if (unseen is not null)
                unseen = token.Type == HtmlTokenType.EndTag && token.Name == unseen ? null : unseen;
            else if (token.Type == HtmlTokenType.Character)
                Text(token.Data);
            else if (token.Type == HtmlTokenType.EndTag)
                End(token.Name);
            else if (token.Type == HtmlTokenType.StartTag)
            {
                // what a browser would not show as text either
                tokenizer.State = ModeOf(token.Name);
                unseen = tokenizer.State == HtmlParseMode.PCData ? null : token.Name;
                if (unseen is null)
                    Start(token.AsTag());
            }
        }
        CloseTo(0);
    }

    void Start(HtmlTagToken tag)
    {
        switch (TagOf(tag.Name))
        {
            case SafeTag.P when !IsInPre:
                CloseParagraph();
                if (Top == SafeTag.Li)
                    Open(SafeTag.P);
                if (IsHeading(tag.Name))
                    OpenPhrase(SafeTag.Strong);
                break;
            case SafeTag.Li when ListOfItem() is { } list:
                CloseTo(list + 1);
                Open(SafeTag.Li);
                break;
            case SafeTag.Li:
                CloseParagraph();
                break;
            case SafeTag.Blockquote or SafeTag.Ul or SafeTag.Ol or SafeTag.Pre:
                OpenBlock(tag);
                break;
            case SafeTag.A:
                OpenA(tag.GetAttribute("href"));
                break;
            case SafeTag.Code:
                OpenCode(tag.GetAttribute("class"));
                break;
            case SafeTag.Em or SafeTag.Strong or SafeTag.Del:
                OpenPhrase(TagOf(tag.Name)!.Value);
                break;
            case null when tag.Name == "br":
                BeginPhrasing();
                html.LineBreak();
                break;
            case null when tag.Name == "img":
                Image(tag.GetAttribute("src"), tag.GetAttribute("alt"));
                break;
            case null when tag.Name is "td" or "th":
                Text(" ");
                break;
        }
    }

    void End(string name)
    {
        switch (TagOf(name))
        {
            case null:
                break;
            case SafeTag.P when !IsInPre:
                CloseParagraph();
                break;
            case SafeTag.Li when ListOfItem() is { } list:
                CloseTo(list + 1);
                break;
            case { } tag
                when open.LastIndexOf(tag) is >= 0 and var at && (SafeHtml.IsBlock(tag) || at > LastBlock):
                CloseTo(at);
                break;
        }
    }

    void Text(string text)
    {
        if (!CanHoldPhrasing && string.IsNullOrWhiteSpace(text))
            return;
        BeginPhrasing();
        html.Text(text);
    }

    void OpenBlock(HtmlTagToken tag)
    {
        CloseParagraph();
        CloseTo(IsInPre ? open.LastIndexOf(SafeTag.Pre) : open.Count);
        if (Top is SafeTag.Ul or SafeTag.Ol)
            Open(SafeTag.Li);
        if (open.Count >= MaxOpen)
            return;
        var block = TagOf(tag.Name)!.Value;
        if (block == SafeTag.Ol)
            html.OpenOl(
                int.TryParse(tag.GetAttribute("start"), CultureInfo.InvariantCulture, out var start)
                    ? start
                    : 1
            );
        else
            html.Open(block);
        open.Add(block);
    }

    void OpenA(string? href)
    {
        if (open.LastIndexOf(SafeTag.A) is >= 0 and var other)
            CloseTo(other);
        BeginPhrasing();
        if (open.Count < MaxOpen && html.TryOpenA(href?.Trim()))
            open.Add(SafeTag.A);
    }

    void Image(string? src, string? alt)
    {
        BeginPhrasing();
        var isLink = !open.Contains(SafeTag.A) && html.TryOpenA(src?.Trim());
        html.Text(isLink && string.IsNullOrWhiteSpace(alt) ? src : alt);
        if (isLink)
            html.Close(SafeTag.A);
    }

    /// <param name="classes">Of which one may name the language.</param>
    void OpenCode(string? classes)
    {
        BeginPhrasing();
        if (open.Count >= MaxOpen)
            return;
        var language = (classes ?? "")
            .Split(' ')
            .FirstOrDefault(c => c.StartsWith(SafeHtml.LanguageClass, StringComparison.Ordinal));
        html.OpenCode(language.AsSpan(language is null ? 0 : SafeHtml.LanguageClass.Length));
        open.Add(SafeTag.Code);
    }

    void OpenPhrase(SafeTag tag)
    {
        BeginPhrasing();
        Open(tag);
    }

    void BeginPhrasing()
    {
        if (Top is SafeTag.Ul or SafeTag.Ol)
            Open(SafeTag.Li);
        else if (!CanHoldPhrasing)
            Open(SafeTag.P);
    }

    // beyond the limit only the text is kept; the few that open by themselves may exceed it
    void Open(SafeTag tag)
    {
        if (open.Count >= MaxOpen && !SafeHtml.IsBlock(tag))
            return;
        html.Open(tag);
        open.Add(tag);
    }

    void CloseParagraph()
    {
        var end = open.Count;
        while (end > 0 && (open[end - 1] == SafeTag.P || !SafeHtml.IsBlock(open[end - 1])))
            end--;
        CloseTo(end);
    }

    void CloseTo(int count)
    {
        while (open.Count > count)
        {
            html.Close(open[^1]);
            open.RemoveAt(open.Count - 1);
        }
    }

    SafeTag? Top => open.Count == 0 ? null : open[^1];

    bool IsInPre => open.Contains(SafeTag.Pre);

    bool CanHoldPhrasing => Top is not (null or SafeTag.Blockquote or SafeTag.Ul or SafeTag.Ol);

    int LastBlock => open.FindLastIndex(SafeHtml.IsBlock);

    /// <summary>Where the list is that an item would belong to; a quote within it has no part in it.</summary>
    int? ListOfItem() =>
        open.FindLastIndex(tag => tag is SafeTag.Ul or SafeTag.Ol or SafeTag.Blockquote) is >= 0 and var at
        && open[at] != SafeTag.Blockquote
            ? at
            : null;

    static bool IsHeading(string name) => name is ['h', >= '1' and <= '6'];

    static HtmlParseMode ModeOf(string name) =>
        name switch
        {
            "script" => HtmlParseMode.Script,
            "style" or "xmp" or "iframe" or "noembed" or "noframes" or "noscript" => HtmlParseMode.Rawtext,
            "textarea" or "title" => HtmlParseMode.RCData,
            _ => HtmlParseMode.PCData,
        };

    static SafeTag? TagOf(string name) =>
        name switch
        {
            "p"
            or "div"
            or "section"
            or "article"
            or "center"
            or "table"
            or "tr"
            or "hr"
            or "dl"
            or "dt"
            or "dd" => SafeTag.P,
            "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => SafeTag.P,
            "blockquote" => SafeTag.Blockquote,
            "ul" => SafeTag.Ul,
            "ol" => SafeTag.Ol,
            "li" => SafeTag.Li,
            "pre" => SafeTag.Pre,
            "em" or "i" => SafeTag.Em,
            "strong" or "b" => SafeTag.Strong,
            "del" or "s" or "strike" => SafeTag.Del,
            "code" or "tt" or "kbd" => SafeTag.Code,
            "a" => SafeTag.A,
            _ => null,
        };
}
