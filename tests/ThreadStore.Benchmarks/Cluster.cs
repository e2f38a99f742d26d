using System.Globalization;
using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.Benchmarks;

/// <summary>The PostgreSQL under all sides; each side has a database of its own there, which is dropped at the end.</summary>
sealed class Cluster : IAsyncDisposable
{
    /// <summary>Not in the folder for temporary files, which may be memory.</summary>
    const string DataFolder = ".threadstore/bench";

    /// <summary>What makes a commit survive a power cut.</summary>
    public static readonly IReadOnlyList<string> DurableSettings =
    [
        "fsync",
        "synchronous_commit",
        "full_page_writes",
    ];

    readonly IAsyncDisposable? embedded;
    readonly string connectionString;
    readonly NpgsqlDataSource admin;
    readonly List<string> databases = [];

    Cluster(string connectionString, IAsyncDisposable? embedded)
    {
        (this.connectionString, this.embedded) = (connectionString, embedded);
        admin = NpgsqlDataSource.Create(connectionString);
    }

    public string Version { get; private set; } = "";

    /// <summary>How to connect to the database that it was opened by.</summary>
    public string ConnectionString => connectionString;

    /// <summary>The process that starts the backends; null where it is not on this machine.</summary>
    public int? Postmaster { get; private set; }

    /// <param name="connectionString">Of somebody who may create databases; null: a cluster of our own.</param>
    /// <param name="connections">How many all sides may need at once.</param>
    /// <param name="log">Takes a line for a person.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <param name="dataFolder">Of the cluster of our own; null: one that all comparisons share.</param>
    /// <exception cref="BenchmarkException">Figures from this server would not count.</exception>
    public static async Task<Cluster> OpenAsync(
        string? connectionString,
        int connections,
        Action<string> log,
        CancellationToken ct,
        string? dataFolder = null
    )
    {
        IAsyncDisposable? embedded = null;
        if (connectionString is null)
        {
            var own = await EmbeddedPostgres.StartAsync(dataFolder ?? DataFolder, log, ct: ct);
            (connectionString, embedded) = (own.ConnectionString, own);
        }
        var cluster = new Cluster(connectionString, embedded);
        try
        {
            await cluster.CheckAsync(connections, ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync(string side, CancellationToken ct)
    {
        var letters = string.Concat(side.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var name = $"bench_{letters}_{Environment.ProcessId}";
        await ExecuteAsync($"drop database if exists {name}", ct);
        await ExecuteAsync($"create database {name}", ct);
        databases.Add(name);
        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    /// <summary>So that what one side wrote is not written back while the next is measured.</summary>
    public Task CheckpointAsync(CancellationToken ct) => ExecuteAsync("checkpoint", ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in databases)
            await ExecuteAsync($"drop database if exists {name} with (force)", CancellationToken.None);
        await admin.DisposeAsync();
        if (embedded is not null)
            await embedded.DisposeAsync();
    }

    async Task CheckAsync(int connections, CancellationToken ct)
    {
        foreach (var setting in DurableSettings)
        {
            if (await ShowAsync(setting, ct) is not "on" and var value)
                throw new BenchmarkException(
                    $"PostgreSQL runs with {setting} = {value}; figures count only with {setting} = on."
                );
        }
        var allowed = int.Parse(await ShowAsync("max_connections", ct), CultureInfo.InvariantCulture);
        if (allowed < connections)
            throw new BenchmarkException(
                $"PostgreSQL allows {allowed} connections and the sides may need {connections}: raise max_connections."
            );
        Version = await ShowAsync("server_version", ct);
        await using var command = admin.CreateCommand("select pg_backend_pid()");
        Postmaster = CpuTimes.PostmasterOf((int)(await command.ExecuteScalarAsync(ct))!);
    }

    async Task<string> ShowAsync(string setting, CancellationToken ct)
    {
        await using var command = admin.CreateCommand($"show {setting}");
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
