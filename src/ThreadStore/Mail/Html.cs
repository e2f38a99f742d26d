using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ThreadStore.Mail;

/// <summary>HTML that is safe by the way it is made: of an interpolated text, all that is put in is encoded.</summary>
public readonly record struct Html(string Text)
{
    // names in any script stay readable in the source
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static Html Of(Interpolated html) => new(html.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p.Text)));

    public override string ToString() => Text;

    [InterpolatedStringHandler]
    public sealed class Interpolated(int literalLength, int formattedCount)
    {
        readonly StringBuilder text = new(literalLength + 32 * formattedCount);

        public void AppendLiteral(string html) => text.Append(html);

        public void AppendFormatted(string? value) => text.Append(Encoder.Encode(value ?? ""));

        public void AppendFormatted(Html html) => text.Append(html.Text);

        public override string ToString() => text.ToString();
    }
}
