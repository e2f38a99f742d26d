using Npgsql;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

/// <summary>Two of the real program on one database: one is killed while it learns, and the other goes on.</summary>
public sealed class KilledLearningTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_survives_kill_9_of_who_learns_it_and_holds_at_a_node_that_did_not_adopt_it()
    {
        using var program = new ThreadStoreProgram();
        var connection = await store.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        (string, string?) there = ("ConnectionStrings__ThreadStore", connection);
        var mortal = await program.ServeAsync(there);
        var site = new TestSite(store, "killed") { Client = mortal.Client };
        (await site.SendAsync("PUT", "", new { }, site.AsAdmin())).Expect(201);
        var article = await site.AnArticleAsync();
        await site.TeachAsync(article, 210);
        var whole = await site.LearnAsync(new { });
        var (hash, bytes) = (whole["hash"].GetString()!, await BytesAsync(database));
        await ExecuteAsync(database, "delete from threadstore.learned_models");

        // it has learned all, and can't keep what it learned
        await using var locker = await database.OpenConnectionAsync(Ct);
        await using var locked = await locker.BeginTransactionAsync(Ct);
        await ExecuteAsync(locker, "lock table threadstore.learned_models in share mode");
        var job = (await site.SendAsync("POST", "/moderation/model", new { }, site.AsAdmin())).Expect(202);
        var id = job["id"].GetGuid();
        await Until.TrueAsync(
            async () =>
                await ScalarAsync(
                    database,
                    $"select 1 from threadstore.learning_jobs where id = '{id}' and progress = 1 and state = 'running'"
                )
                    is 1,
            "a model that is to be kept"
        );
        await mortal.KillAsync();
        await locked.RollbackAsync(Ct);
        // its turn of ten seconds is over
        await ExecuteAsync(database, "update threadstore.learning_jobs set taken_until = '-infinity'");

        var one = await program.ServeAsync(there);
        var other = await program.ServeAsync(there);
        var (first, second) = (
            new TestSite(store, "killed") { Client = one.Client },
            new TestSite(store, "killed") { Client = other.Client }
        );
        await Until.TrueAsync(
            async () =>
                (await first.GetAsync($"/moderation/model/{id}", site.AsAdmin()))["state"].GetString()
                    is not "running",
            "the end of the job"
        );
        var ended = (await second.GetAsync($"/moderation/model/{id}", site.AsAdmin())).Expect(200);
        Assert.Equal(("done", hash), (ended["state"].GetString(), ended["hash"].GetString()));
        Assert.Equal(bytes, await BytesAsync(database));
        Assert.Equal(2L, await ScalarAsync(database, "select count(*) from threadstore.learning_jobs"));

        // adopted at one node, held at the other by the next comment
        const string insult = "Only an idiot and a moron would build the school there";
        Assert.Equal(
            "published",
            (await second.PostAsync(article, "zoe", insult)).Expect(201)["state"].GetString()
        );
        (
            await first.SendAsync(
                "POST",
                $"/moderation/models/{hash}/adopt",
                new { holdAbove = 0.6 },
                site.AsAdmin()
            )
        ).Expect(200);
        Assert.Equal(
            "pending",
            (await second.PostAsync(article, "zoe", $"{insult}!")).Expect(201)["state"].GetString()
        );
    }

    /// <summary>Of the one model that there is.</summary>
    static async Task<byte[]> BytesAsync(NpgsqlDataSource database)
    {
        Assert.Equal(1L, await ScalarAsync(database, "select count(*) from threadstore.learned_models"));
        return Assert.IsType<byte[]>(
            await ScalarAsync(database, "select weights from threadstore.learned_models")
        );
    }

    static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }

    static async Task ExecuteAsync(NpgsqlDataSource database, string sql) => await ScalarAsync(database, sql);

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
