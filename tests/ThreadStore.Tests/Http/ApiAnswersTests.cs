using System.Collections.Concurrent;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class ApiAnswersTests
{
    [Fact]
    public async Task Every_documented_answer_can_be_had_and_is_as_documented()
    {
        // of its own: some answers name the newest position of all sites, which other tests move
        await using var store = new Store();
        await store.InitializeAsync();
        var document = await ApiDocument.ReadAsync(store);
        // one request a minute, whoever sends it
        await using var limited = await LimitedNode.StartAsync(
            store,
            ("ReadsPerMinute", "1"),
            ("WritesPerMinute", "1"),
            ("WriteBurst", "1"),
            ("RefusedPerMinute", "1")
        );
        var provocations = new ApiProvocations(store, document, limited);
        var complaints = new ConcurrentQueue<string>();
        var behind = new List<Task>();
        var samples = await ApiSamples.OnASiteAsync(store);
        foreach (var operation in document.Operations)
        foreach (var (status, code) in operation.Answers)
        {
            var name = $"{operation.Id} {status} {code}".TrimEnd();
            if (code is not null && ApiProvocations.BeyondReach.Contains(code))
                continue;
            if (await samples.MakeAsync(operation.Id) is not { } good)
            {
                complaints.Enqueue($"{operation.Id}: give it a request that succeeds in ApiSamples.cs");
                break;
            }
            if (provocations.Find(operation, status, code) is not { } provoke)
            {
                complaints.Enqueue(
                    $"{name}: documented, but ApiProvocations.cs has no request that leads to it"
                );
                continue;
            }
            async Task TryAsync()
            {
                var reply = await provoke(good, operation);
                if (reply.Status != status || (code is not null && reply.Code != code))
                    complaints.Enqueue($"{name}: got {reply.Status} {reply.Text}");
                foreach (var fault in document.Faults(operation, reply))
                    complaints.Enqueue($"{name}: {fault}");
            }
            // each of these waits 5 s: together
            if (code == "behind")
                behind.Add(TryAsync());
            else
                await TryAsync();
        }
        await Task.WhenAll(behind);

        Assert.True(complaints.IsEmpty, string.Join("\n", complaints));
    }
}
