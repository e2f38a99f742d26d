using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ThreadStore.Face;

/// <summary>
/// HTML made by <c>Html.Of($"…")</c>: what stands in the literal is taken as it is, and all that is filled in is escaped,
/// unless it is <see cref="Html"/> itself. So nobody can forget to.
/// </summary>
public sealed class Html
{
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static readonly Html Nothing = new("");

    readonly string text;

    Html(string text) => this.text = text;

    public static Html Of(Writer writer) => new(writer.ToString());

    /// <summary>What was made safe elsewhere: a comment's rendering, or JSON whose angle brackets are escaped.</summary>
    public static Html Trusted(string html) => new(html);

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts));

    public override string ToString() => text;

    /// <summary>Takes an interpolated string apart.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Writer(int literalLength, int formattedCount)
    {
        readonly StringBuilder written = new(literalLength + formattedCount * 32);

        public void AppendLiteral(string literal) => written.Append(literal);

        public void AppendFormatted(Html html) => written.Append(html.text);

        public void AppendFormatted(string? value) => written.Append(Encoder.Encode(value ?? ""));

        public void AppendFormatted(int value) => written.Append(CultureInfo.InvariantCulture, $"{value}");

        public void AppendFormatted(Guid value) => written.Append(value);

        public override string ToString() => written.ToString();
    }
}
