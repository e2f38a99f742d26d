using ThreadStore.Storage;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Storage;

public class SchemaTests(Store store)
{
    [Fact]
    public async Task A_schema_is_looked_through_by_a_program_that_has_not_brought_it_up_to_date_itself()
    {
        const string index = "threadstore.ix_comment_rows_text";
        await using var node = await Node.StartAsync(store);
        async Task<bool> HasIndexAfterStartAsync()
        {
            await Schema.ApplyAsync(node.Documents, TestContext.Current.CancellationToken);
            return await node.ScalarAsync($"select to_regclass('{index}')::text") is string;
        }
        Assert.True(await HasIndexAfterStartAsync());

        await node.ScalarAsync($"drop index {index}");
        Assert.False(await HasIndexAfterStartAsync());
        await node.ScalarAsync("comment on schema threadstore is 'of another version'");
        Assert.True(await HasIndexAfterStartAsync());

        await node.ScalarAsync($"drop index {index}");
        Assert.False(await HasIndexAfterStartAsync());
    }
}
