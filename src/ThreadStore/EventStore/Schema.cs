using JasperFx;
using Marten;
using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.EventStore;

/// <summary>Brings the database's schema up to what this version of the program needs.</summary>
public static class Schema
{
    /// <summary>
    /// These programs, whose code is the schema. A database that was brought up to them bears this as the comment of its
    /// schema, and need not be looked through, table by table, at each start.
    /// </summary>
    static readonly string Stamp = string.Join(
        ' ',
        new[]
        {
            typeof(Schema),
            typeof(IDocumentStore),
            typeof(Weasel.Postgresql.Tables.Table),
            typeof(JasperFx.Events.IEvent),
        }.Select(t => t.Module.ModuleVersionId.ToString("N"))
    );

    /// <summary>
    /// Whoever changes the schema has it alone, whoever looks at it shares it. Marten's own lock is not enough: what it
    /// does under it was found out before, and of two that found the same missing the second fails.
    /// </summary>
    const long Lock = 0x7363_6865_6d61;

    /// <summary>Creates and updates tables and functions; one node at a time.</summary>
    /// <exception cref="StartupException">A right is missing.</exception>
    public static async Task ApplyAsync(IDocumentStore store, CancellationToken ct)
    {
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        if (await IsStampedAsync(connection, ct))
            return;
        await using var turn = await TakeLockAsync(connection, isShared: false, ct);
        // another node may have done it meanwhile
        if (await IsStampedAsync(connection, ct))
            return;
        try
        {
            await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        }
        catch (Exception e) when (Rights.IsLacking(e))
        {
            throw await Rights.ToMigrateAsync(connection, ct);
        }
        await StampAsync(connection, ct);
    }

    static async Task<bool> IsStampedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select obj_description(to_regnamespace('{EventTables.Schema}'), 'pg_namespace')",
            connection
        );
        return await command.ExecuteScalarAsync(ct) as string == Stamp;
    }

    static async Task StampAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var stamp = new NpgsqlCommand(
            $"comment on schema {EventTables.Schema} is '{Stamp}'",
            connection
        );
        try
        {
            await stamp.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (Rights.IsLacking(e))
        {
            // who may only use the schema looks it through each time
        }
    }

    /// <exception cref="StartupException">The schema is not that of this version, or a right is missing.</exception>
    public static async Task CheckAsync(IDocumentStore store, CancellationToken ct)
    {
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        await using var turn = await TakeLockAsync(connection, isShared: true, ct);
        try
        {
            await store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(ct);
        }
        catch (Exception e) when (e is not NpgsqlException and not OperationCanceledException)
        {
            // without them, what is there looks as if it were not
            await Rights.CheckAsync(connection, ct);
            throw new StartupException(
                "The database's schema is not that of this version; start once without --no-migrate to update it."
            );
        }
    }

    /// <summary>Between two tries: to wait in a statement would hold up an index that is made beside writers.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for as long as another node takes to change the schema.</summary>
    static async Task<SessionLock> TakeLockAsync(
        NpgsqlConnection connection,
        bool isShared,
        CancellationToken ct
    )
    {
        while (true)
        {
            if (await SessionLock.TryTakeAsync(connection, Lock, ct, isShared: isShared) is { } taken)
                return taken;
            await Task.Delay(Pause, ct);
        }
    }
}
