using ThreadStore.EventStore;

namespace ThreadStore.Http;

/// <summary>
/// Refuses what everybody may write while more of it is under way than can be taken in: before a body is read, a text
/// rendered or screened, so that a refusal costs a fraction of what it saves. Who keeps order is not kept waiting by the
/// crowd: moderators and services are refused by the Appender alone, when its queue is full.
/// </summary>
public sealed class LoadShedding(RequestDelegate next, WritingPace pace)
{
    public Task InvokeAsync(HttpContext http) => IsWrite(http) ? EnterAsync(http) : next(http);

    async Task EnterAsync(HttpContext http)
    {
        if (!pace.TryEnter())
        {
            await Problem.Busy.ExecuteAsync(http);
            return;
        }
        try
        {
            await next(http);
        }
        finally
        {
            pace.Leave();
        }
    }

    static bool IsWrite(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method)
        && http.GetEndpoint()?.Metadata.GetMetadata<AccessAttribute>() is SignedInAttribute;
}
