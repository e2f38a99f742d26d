using ThreadStore.Privacy;

namespace ThreadStore.Search;

/// <summary>
/// The daemon's log, but for one thing that is no failure: what was erased while it was indexed is read anew, as it is
/// meant to be. One line tells it, in place of an error with its stack for each place that passes it on.
/// </summary>
sealed class IndexerLog(ILogger inner) : ILogger
{
    Exception? told;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (!IndexedAsErased.IsCause(exception))
            inner.Log(logLevel, eventId, state, exception, formatter);
        else if (
            Interlocked.Exchange(ref told, exception!.GetBaseException()) != exception.GetBaseException()
        )
            inner.LogInformation("Search and reports go back a little: {Reason}", exception.Message);
    }
}
