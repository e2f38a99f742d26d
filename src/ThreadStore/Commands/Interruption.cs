using System.Runtime.InteropServices;

namespace ThreadStore.Commands;

/// <summary>
/// SIGTERM and Ctrl-C end a command in order: it puts away what is half done, and stops a PostgreSQL that nobody uses. Who
/// asks a second time does not want to wait for that.
/// </summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    public Interruption() =>
        registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        ];

    public CancellationToken Token => source.Token;

    public bool Came => source.IsCancellationRequested;

    void Interrupt(PosixSignalContext signal)
    {
        if (Came)
            return;
        signal.Cancel = true;
        // whoever waits for it goes on right here, which a signal's thread is not for
        ThreadPool.UnsafeQueueUserWorkItem(static s => s.Cancel(), source, preferLocal: false);
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }
}
