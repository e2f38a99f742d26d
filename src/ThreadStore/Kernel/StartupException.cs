namespace ThreadStore.Kernel;

/// <summary>The server can't start; the message says in one sentence why, and what to do.</summary>
public sealed class StartupException(string message) : Exception(message);
