using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using ThreadStore.Setup;

namespace ThreadStore.Mail;

/// <summary>How an attempt ended, and why, in words without an address.</summary>
/// <param name="Address">Where it went, as it is kept; null: whoever asked for it knows.</param>
public sealed record Sending(MailOutcome Outcome, string? Reason = null, string? Address = null);

/// <summary>Hands mails to the mail server, by one connection that stays open while there are more.</summary>
public sealed class MailSender(SmtpOptions options) : IDisposable
{
    readonly MailEndWatch handedOver = new();
    SmtpClient? client;

    /// <param name="ct">Cuts off what is under way.</param>
    public async Task<Sending> SendAsync(MimeMessage message, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(options.Timeout);
        try
        {
            // a server that was left alone for a while has hung up
            if (client is not { IsConnected: true } || !await IsThereAsync(client, patience.Token))
                await ConnectAsync(patience.Token);
        }
        catch (Exception e) when (IsOutside(e))
        {
            Hangup();
            return new(MailOutcome.ServerAway, Why(e));
        }
        handedOver.Begin();
        try
        {
            var to = message.To.Mailboxes.Single();
            var format = FormatOptions.Default.Clone();
            format.International = to.IsInternational;
            await client!.SendAsync(format, message, options.From, [to], patience.Token);
            return new(MailOutcome.Sent);
        }
        catch (SmtpCommandException refused)
        {
            return await RefusedAsync(refused);
        }
        catch (NotSupportedException)
        {
            return new(MailOutcome.MailRefused, "the mail server takes no address that is not ASCII");
        }
        catch (Exception e) when (IsOutside(e))
        {
            Hangup();
            return new(handedOver.IsComplete ? MailOutcome.AnswerLost : MailOutcome.BrokenOff, Why(e));
        }
    }

    async Task<Sending> RefusedAsync(SmtpCommandException refused)
    {
        var outcome = SmtpAnswer.Outcome(refused.ErrorCode, refused.StatusCode, refused.Message);
        // what it says after the number may name the recipient
        var sending = new Sending(outcome, $"it answered {(int)refused.StatusCode} ({refused.ErrorCode})");
        if (outcome is MailOutcome.ServerAway or MailOutcome.BrokenOff)
            Hangup();
        else
            // what was begun is begun anew
            await IsThereAsync(client!, CancellationToken.None);
        return sending;
    }

    async Task<bool> IsThereAsync(SmtpClient connected, CancellationToken ct)
    {
        try
        {
            await connected.NoOpAsync(ct);
            return true;
        }
        catch (Exception e) when (IsOutside(e))
        {
            Hangup();
            return false;
        }
    }

    async Task ConnectAsync(CancellationToken ct)
    {
        Hangup();
        var server = options.Server ?? throw new InvalidOperationException("No mail server is configured.");
        client = new SmtpClient(handedOver)
        {
            CheckCertificateRevocation = false,
            Timeout = (int)options.Timeout.TotalMilliseconds,
            // a line that nobody demands to be secret is encrypted all the same, whoever is at its end
            ServerCertificateValidationCallback = (_, _, _, errors) =>
                errors == SslPolicyErrors.None || !server.RequireTls,
        };
        await client.ConnectAsync(
            server.Host,
            server.Port,
            server.IsTlsFromTheStart ? SecureSocketOptions.SslOnConnect
                : server.RequireTls ? SecureSocketOptions.StartTls
                : SecureSocketOptions.StartTlsWhenAvailable,
            ct
        );
        // so that the end of a mail is seen
        client.Capabilities &= ~(SmtpCapabilities.Chunking | SmtpCapabilities.BinaryMime);
        if (server.User is not null && client.Capabilities.HasFlag(SmtpCapabilities.Authentication))
            await client.AuthenticateAsync(server.User, server.Password ?? "", ct);
    }

    /// <summary>Ends the connection: there is nothing more to send.</summary>
    public async Task EndAsync()
    {
        if (client is { IsConnected: true })
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await client.DisconnectAsync(quit: true, patience.Token);
            }
            catch (Exception e) when (IsOutside(e)) { }
        }
        Hangup();
    }

    void Hangup()
    {
        client?.Dispose();
        client = null;
    }

    public void Dispose() => Hangup();

    /// <summary>What goes wrong between here and there, and is no fault of ours.</summary>
    static bool IsOutside(Exception e) =>
        e
            is IOException
                or SocketException
                or OperationCanceledException
                or TimeoutException
                or ProtocolException
                or CommandException
                or AuthenticationException
                or System.Security.Authentication.AuthenticationException
                or SslHandshakeException
                or ServiceNotConnectedException
                or ServiceNotAuthenticatedException
                or NotSupportedException;

    static string Why(Exception e) =>
        e is OperationCanceledException ? "it did not answer in time"
        : e is SslHandshakeException ? "its certificate or its TLS is not good"
        : e is SmtpCommandException refused ? $"it answered {(int)refused.StatusCode}"
        : e.Message;
}
