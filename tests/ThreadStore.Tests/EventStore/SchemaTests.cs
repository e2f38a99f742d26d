using Marten;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.EventStore;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

public class SchemaTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Three_servers_that_start_at_once_on_an_empty_database_all_listen()
    {
        using var program = new ThreadStoreProgram();
        (string, string?) database = (
            "ConnectionStrings__ThreadStore",
            await store.CreateEmptyDatabaseAsync()
        );

        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => program.ServeAsync(database)));

        foreach (var server in servers)
            Assert.Equal(200, (int)(await server.Client.GetAsync("/health/ready", Ct)).StatusCode);
    }

    [Fact]
    public async Task Starts_at_once_on_a_schema_that_lacks_columns_and_indexes_all_find_it_whole()
    {
        await using var node = await Node.StartAsync(store);
        for (var round = 0; round < 3; round++)
        {
            await AlterAsync(
                node,
                """
                alter table threadstore.comment_rows drop column removed_by;
                drop index threadstore.ix_comment_rows_text;
                drop table threadstore.comment_claims;
                comment on schema threadstore is 'of another version'
                """
            );
            var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(ApplyAnewAsync)));
            foreach (var made in stores)
                await made.DisposeAsync();
            await Schema.CheckAsync(node.Documents, Ct);
        }

        // with a store of its own, as another program: one remembers what it has seen
        async Task<IAsyncDisposable> ApplyAnewAsync()
        {
            var app = store.Builder(node.ConnectionString).Build();
            await Schema.ApplyAsync(app.Services.GetRequiredService<IDocumentStore>(), Ct);
            return app;
        }
    }

    static async Task AlterAsync(Node node, string sql)
    {
        await using var command = node.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
