using System.Diagnostics;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Waits for a condition, never for a duration.</summary>
public static class Until
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Seconds on a quiet machine; where a whole suite shares two cores with others, what takes two has taken thirty.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <param name="what">What did not come, where it does not.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < (patience ?? Patience),
                $"Waited in vain: {what}"
            );
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
