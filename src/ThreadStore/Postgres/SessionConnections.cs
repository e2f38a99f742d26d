using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>
/// The way to the database for what needs a session that lasts: locks of a session, temporary tables, Marten's daemon.
/// Behind a pooler that gives each transaction a server connection of its own it is a way past it,
/// <c>ConnectionStrings__ThreadStoreSession</c>; otherwise the way that all take.
/// </summary>
public sealed class SessionConnections(NpgsqlDataSource database, bool isOwn) : IAsyncDisposable
{
    /// <summary>As in <c>ConnectionStrings__NAME</c>.</summary>
    public const string Name = "ThreadStoreSession";

    /// <summary>Beside the two of <see cref="WriteConnections"/>; few need one, and none for each request.</summary>
    const int MostOwn = 10;

    public NpgsqlDataSource Database => database;

    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = MostOwn;
        return SessionSettings.Open(TunedConnection.Of(settings.ConnectionString));
    }

    /// <summary>The way that all take is ended by whoever made it.</summary>
    public ValueTask DisposeAsync() => isOwn ? database.DisposeAsync() : ValueTask.CompletedTask;
}
