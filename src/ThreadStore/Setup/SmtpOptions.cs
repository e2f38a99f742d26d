using System.Net;
using MimeKit;

namespace ThreadStore.Setup;

/// <summary>How mail leaves the house.</summary>
/// <param name="Server">Null: no mail is sent.</param>
/// <param name="From">Who it comes from; sites put their names before the address.</param>
/// <param name="PublicUrl">Where readers find this server, for the links in mail; null: where each found it themselves.</param>
/// <param name="Timeout">For one mail, or one connection.</param>
/// <param name="FirstRetry">After the first failure; each further one waits twice as long, up to <paramref name="LongestRetry"/>.</param>
/// <param name="GiveUpAfter">Since the first attempt that the mail server put off; a server that is away is waited for.</param>
public sealed record SmtpOptions(
    SmtpServerAddress? Server,
    MailboxAddress From,
    string? PublicUrl,
    TimeSpan Timeout,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry,
    TimeSpan GiveUpAfter
)
{
    /// <summary>While no mail is sent.</summary>
    static readonly MailboxAddress Nobody = new("", "comments@localhost");

    internal static SmtpOptions Read(SettingsReader read)
    {
        const string example = "an address such as smtp://user:password@mail.example:587, or smtps://…";
        SmtpServerAddress? server = null;
        if (read.Secret("Smtp:Url") is { } url && !SmtpServerAddress.TryParse(url, out server))
            throw read.Refused("Smtp:Url", example);
        var demandsTls = read.Switch("Smtp:RequireTls", server?.RequireTls == true);
        var from = read.Text("Smtp:From");
        var publicUrl = read.Text("Smtp:PublicUrl")?.TrimEnd('/');
        if (publicUrl is not null && !IsWeb(publicUrl))
            throw read.Refused("Smtp:PublicUrl", "an http or https address");
        return new(
            server is null ? null : server with { RequireTls = demandsTls },
            (from is null ? server?.Sender ?? Nobody : Sender(from))
                ?? throw read.Refused("Smtp:From", "an e-mail address, such as comments@news.example"),
            publicUrl,
            read.Duration("Smtp:Timeout", TimeSpan.FromMinutes(1)),
            read.Duration("Smtp:FirstRetry", TimeSpan.FromSeconds(1)),
            read.Duration("Smtp:LongestRetry", TimeSpan.FromMinutes(5)),
            read.Duration("Smtp:GiveUpAfter", TimeSpan.FromDays(5))
        );
    }

    static MailboxAddress? Sender(string text) =>
        !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var found) && found.Domain.Length > 0
            ? found
            : null;

    static bool IsWeb(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length == 0;
}

/// <summary>A mail server.</summary>
/// <param name="IsTlsFromTheStart">Else STARTTLS is used where the server has it.</param>
/// <param name="RequireTls">Nothing is said unless the line is encrypted and the server is who it should be.</param>
/// <param name="User">Null: it asks for none.</param>
public sealed record SmtpServerAddress(
    string Host,
    int Port,
    bool IsTlsFromTheStart,
    bool RequireTls,
    string? User,
    string? Password
)
{
    const int Submission = 587;
    const int SubmissionTls = 465;
    const int Relay = 25;

    /// <summary>Who mail comes from where nobody says it.</summary>
    public MailboxAddress Sender =>
        User?.Contains('@') == true && MailboxAddress.TryParse(User, out var user) && user.Domain.Length > 0
            ? user
            : new("", $"comments@{(IPAddress.TryParse(Host, out _) ? "localhost" : Host)}");

    /// <summary>Passwords leave this machine over encrypted lines only, unless a setting says otherwise.</summary>
    public static bool TryParse(string url, out SmtpServerAddress? server)
    {
        server = null;
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("smtp" or "smtps")
            || uri.Host.Length == 0
            || uri.PathAndQuery is not ("" or "/")
            || uri.Fragment.Length > 0
        )
            return false;
        var parts = uri.UserInfo.Split(':', 2);
        var user = parts[0].Length == 0 ? null : Uri.UnescapeDataString(parts[0]);
        var isTls = uri.Scheme == "smtps";
        server = new(
            uri.IdnHost.Trim('[', ']'),
            uri.Port > 0 ? uri.Port
                : isTls ? SubmissionTls
                : user is null ? Relay
                : Submission,
            isTls,
            RequireTls: isTls || (user is not null && !uri.IsLoopback),
            user,
            user is null ? null : Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")
        );
        return true;
    }
}
