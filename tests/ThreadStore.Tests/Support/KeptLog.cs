using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ThreadStore.Tests.Support;

/// <summary>Messages, what they are made of, and exceptions whole.</summary>
public sealed class KeptLog : ILoggerProvider
{
    readonly ConcurrentQueue<string> lines = new();

    public string[] All => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Of(this, categoryName);

    public void Dispose() { }

    sealed class Of(KeptLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            log.lines.Enqueue($"Scope {category} {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var parts = state is IEnumerable<KeyValuePair<string, object?>> named
                ? string.Join(' ', named.Select(n => $"{n.Key}={n.Value}"))
                : "";
            log.lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {parts} {exception}");
        }
    }
}
