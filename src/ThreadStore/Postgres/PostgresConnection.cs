using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>What a server answers to the question whether it is the one we mean.</summary>
enum ServerAnswer
{
    /// <summary>It serves the cluster and lets us in.</summary>
    Ours,

    /// <summary>It serves another cluster, or is none of PostgreSQL.</summary>
    Foreign,

    /// <summary>It starts, recovers, stops, or has no connection left.</summary>
    Busy,

    /// <summary>Nobody listens.</summary>
    Silent,
}

/// <summary>Connections to an embedded server.</summary>
static class PostgresConnection
{
    public const string User = "threadstore";
    public const string Database = "threadstore";

    /// <summary>The connection string that the application gets.</summary>
    public static string StringFor(int port, string password) =>
        Builder(port, password, Database).ConnectionString;

    /// <summary>Asks the server on a port whether it serves this cluster.</summary>
    public static async Task<ServerAnswer> AskAsync(
        int port,
        string password,
        string cluster,
        CancellationToken ct
    )
    {
        try
        {
            await using var connection = await OpenAsync(port, password, "postgres", ct);
            await using var command = new NpgsqlCommand(
                "select current_setting('data_directory')",
                connection
            );
            return
                await command.ExecuteScalarAsync(ct) is string folder
                && Path.GetFullPath(folder) == Path.GetFullPath(cluster)
                ? ServerAnswer.Ours
                : ServerAnswer.Foreign;
        }
        catch (PostgresException e)
            when (e.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections)
        {
            return ServerAnswer.Busy;
        }
        catch (PostgresException)
        {
            // no such account, another password: the file of our cluster named a port that is someone else's now
            return ServerAnswer.Foreign;
        }
        catch (NpgsqlException)
        {
            return ServerAnswer.Silent;
        }
    }

    /// <summary>Makes the database if it is absent.</summary>
    public static async Task EnsureDatabaseAsync(int port, string password, CancellationToken ct)
    {
        await using var connection = await OpenAsync(port, password, "postgres", ct);
        await using var exists = new NpgsqlCommand(
            $"select 1 from pg_database where datname = '{Database}'",
            connection
        );
        if (await exists.ExecuteScalarAsync(ct) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database {Database}", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    static async Task<NpgsqlConnection> OpenAsync(
        int port,
        string password,
        string database,
        CancellationToken ct
    )
    {
        // no pool: it would keep a connection to the database "postgres" that nobody uses again
        var builder = Builder(port, password, database);
        builder.Pooling = false;
        builder.Timeout = 5;
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The loopback address needs no encryption, and asking for it costs a round trip.
    static NpgsqlConnectionStringBuilder Builder(int port, string password, string database) =>
        new()
        {
            Host = "127.0.0.1",
            Port = port,
            Username = User,
            Password = password,
            Database = database,
            SslMode = SslMode.Disable,
        };
}
