using MailKit;

namespace ThreadStore.Mail;

/// <summary>Watches what is written to a mail server, to know whether it was told the end of a mail.</summary>
sealed class MailEndWatch : IProtocolLogger
{
    static readonly byte[] End = "\r\n.\r\n"u8.ToArray();

    readonly byte[] last = new byte[End.Length];

    /// <summary>All of the mail was written: from here on the server may take it.</summary>
    public bool IsComplete { get; private set; }

    public void Begin()
    {
        IsComplete = false;
        Array.Clear(last);
    }

    public void LogClient(byte[] buffer, int offset, int count)
    {
        foreach (var written in buffer.AsSpan(offset, count))
        {
            last.AsSpan(1).CopyTo(last);
            last[^1] = written;
        }
        IsComplete |= last.AsSpan().SequenceEqual(End);
    }

    public void LogServer(byte[] buffer, int offset, int count) { }

    public void LogConnect(Uri uri) { }

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void Dispose() { }
}
