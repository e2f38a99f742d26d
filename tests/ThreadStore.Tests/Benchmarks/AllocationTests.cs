using ThreadStore.Benchmarks;
using Xunit;

namespace ThreadStore.Tests.Benchmarks;

/// <summary>What a request does without a database allocates no more than it did.</summary>
public class AllocationTests
{
    const int Times = 50;

    public static TheoryData<string> Operations => [.. PureOperation.All.Select(o => o.Name)];

    [Theory, MemberData(nameof(Operations))]
    public void An_operation_allocates_no_more_than_it_did(string name)
    {
        var operation = PureOperation.All.Single(o => o.Name == name);
        // what is made once: caches, buffers of this thread
        for (var n = 0; n < Times; n++)
            operation.Run();

        var least = long.MaxValue;
        for (var n = 0; n < Times; n++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            operation.Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least <= operation.MaxBytes, $"{name}: {least} bytes, at most {operation.MaxBytes}");
        // a limit that is far away would hold nothing
        Assert.True(
            2 * least >= operation.MaxBytes,
            $"{name}: {least} bytes; lower its limit of {operation.MaxBytes}"
        );
    }
}
