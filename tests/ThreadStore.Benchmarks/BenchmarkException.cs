namespace ThreadStore.Benchmarks;

/// <summary>A figure could not be had, or would not count; the message says why, and what to do.</summary>
sealed class BenchmarkException(string message) : Exception(message);
