using MimeKit;

namespace ThreadStore.Mail;

/// <summary>What may stand in the header of a mail as the address of whom it is for.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 allows 64 + 1 + 255 octets.</summary>
    const int MaxLength = 320;

    /// <summary>One address and nothing else: no name, no list, no comment, no line of its own.</summary>
    /// <returns>With its domain as mail servers take it; null: it is none.</returns>
    public static string? Of(string text) =>
        text.Length <= MaxLength
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';' or '"')
        && MailboxAddress.TryParse(text, out var found)
        && found.Address == text
        && found.LocalPart.Length > 0
        && found.Domain.Length > 0
            ? MailboxAddress.EncodeAddrspec(text)
            : null;
}
