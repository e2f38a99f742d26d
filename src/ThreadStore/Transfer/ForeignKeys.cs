using System.Security.Cryptography;
using System.Text;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>Keys for what was known elsewhere by another id.</summary>
/// <param name="secret">Of the site: an address is only found again by whoever has it, and kept nowhere itself.</param>
sealed class ForeignKeys(string format, byte[] secret)
{
    /// <summary>Of an id that is too long for a key: enough that people know it again, before what makes it unique.</summary>
    const int Kept = 160;

    const string Unknown = "Anonymous";

    public string Of(ForeignPerson person) =>
        Usable(
            $"{format}:{(
                Fields.Some(person.User) is { } user ? Fields.Clean(user)
                : Fields.Some(person.Email) is { } email ? $"email:{Hash(email)}"
                : Fields.Some(person.Name) is { } name ? $"name:{OneLine(name)}"
                : "anonymous"
            )}"
        );

    /// <summary>An article's key: the id itself where it can be one.</summary>
    public static string Article(string id) => Usable(id);

    /// <summary>A name to show; nobody is called by their address.</summary>
    public static string Name(string? name) =>
        Fields.Some(name) is { } some ? Keys.Cut(OneLine(some), Keys.MaxLength) : Unknown;

    public static string? Picture(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps
        && uri.AbsoluteUri.Length <= Fields.MaxShort
            ? uri.AbsoluteUri
            : null;

    string Hash(string email)
    {
        var text = Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant());
        return Convert.ToHexStringLower(HMACSHA256.HashData(secret, text))[..32];
    }

    static string OneLine(string text)
    {
        text = StreamSafeText.Normalise(Fields.Clean(text), NormalizationForm.FormC);
        return string.Join(
            ' ',
            text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );
    }

    static string Usable(string key)
    {
        if (Keys.Fault(key) is null)
            return key;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];
        var clean = new string([.. key.Where(c => !char.IsControl(c))]);
        return $"{Keys.Cut(clean, Kept)}~{hash}";
    }
}
