namespace ThreadStore.Http;

/// <summary>
/// How large a page may become, in bytes. A hundred comments are a page as long as they are of the usual length; of very
/// long ones it ends sooner, with a cursor, so that nobody has a server put together megabytes by asking for them.
/// </summary>
public static class AnswerBudget
{
    public const int Bytes = 1_000_000;

    /// <summary>Whether one more item may follow. The first always may, or a walk would not go on.</summary>
    public static bool HasRoom(int items, int written) => items == 0 || written < Bytes;
}
