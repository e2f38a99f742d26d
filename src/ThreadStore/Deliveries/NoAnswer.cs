namespace ThreadStore.Deliveries;

/// <summary>Why a call that went out had no answer, in words for whoever looks after it.</summary>
public static class NoAnswer
{
    /// <param name="ct">The caller's own end, which is no fault of who was called.</param>
    /// <returns>Null: it is another fault, and not theirs.</returns>
    public static string? Reason(Exception e, CancellationToken ct) =>
        e switch
        {
            OperationCanceledException when !ct.IsCancellationRequested => "no answer in time",
            HttpRequestException { InnerException: PrivateAddressException refused } => refused.Message,
            HttpRequestException failed => $"no answer ({failed.HttpRequestError})",
            _ => null,
        };
}
