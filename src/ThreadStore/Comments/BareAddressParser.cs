using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax.Inlines;

namespace ThreadStore.Comments;

/// <summary>An address in the middle of a sentence.</summary>
sealed class BareAddressInline(BareAddress address) : LeafInline
{
    public BareAddress Address { get; } = address;
}

/// <summary>Finds the addresses that readers would see in Markdown, before emphasis takes their underscores.</summary>
/// <remarks>
/// Markdig's own finder wants small letters, a space or one of five signs before, ends with one mark at most, and finds
/// nothing between brackets.
/// </remarks>
sealed class BareAddressParser : InlineParser
{
    public BareAddressParser() => OpeningCharacters = ['h', 'H', 'w', 'W', 'm', 'M'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var text = slice.Text.AsSpan(slice.Start, slice.End + 1 - slice.Start);
        if (!BareAddress.TryRead(slice.PeekCharExtra(-1), text, out var address))
            return false;
        processor.Inline = new BareAddressInline(address);
        slice.Start += address.Text.Length;
        return true;
    }
}
