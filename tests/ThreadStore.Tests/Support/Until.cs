using System.Diagnostics;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Waits for a condition, never for a duration.</summary>
public static class Until
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <param name="what">What did not come, where it does not.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < (patience ?? TimeSpan.FromSeconds(30)),
                $"Waited in vain: {what}"
            );
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}
