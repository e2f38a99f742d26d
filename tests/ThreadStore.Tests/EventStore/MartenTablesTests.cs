using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

public class MartenTablesTests(Store store)
{
    /// <summary>What Marten's API makes of a stream is made when it is asked for; nothing of it is stored.</summary>
    [Fact]
    public async Task Aggregates_have_no_tables()
    {
        await using var command = store.Database.CreateCommand(
            "select count(*) from pg_tables where schemaname = 'threadstore' and tablename like 'mt\\_doc\\_%' and tablename <> 'mt_doc_deadletterevent'"
        );

        Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
