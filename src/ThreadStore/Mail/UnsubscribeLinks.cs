using System.Buffers.Text;
using System.Text;
using ThreadStore.Identity;

namespace ThreadStore.Mail;

/// <summary>Addresses by which somebody ends their mail without signing in; nobody can make them but this server.</summary>
public sealed class UnsubscribeLinks(Vault vault)
{
    public const string Path = "/unsubscribe";

    const int IdLength = 16;

    /// <param name="baseUrl">Where this server is found, without a slash at the end.</param>
    public string Of(string baseUrl, string site, Guid commenter) =>
        $"{baseUrl}{Path}/{Token(site, commenter)}";

    public string Token(string site, Guid commenter)
    {
        byte[] whose = [.. commenter.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(site)];
        return Base64Url.EncodeToString([.. vault.Sign(whose), .. whose]);
    }

    /// <summary>Null: it was not made here, or is not complete.</summary>
    public (string Site, Guid Commenter)? Read(string token)
    {
        if (!Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token).AsSpan();
        if (bytes.Length <= Vault.SignatureLength + IdLength)
            return null;
        var whose = bytes[Vault.SignatureLength..];
        return vault.HasSigned(whose, bytes[..Vault.SignatureLength])
            ? (Encoding.ASCII.GetString(whose[IdLength..]), new Guid(whose[..IdLength], bigEndian: true))
            : null;
    }
}
