using System.Security.Cryptography;
using System.Text;
using DotNet.Testcontainers.Builders;
using Testcontainers.PostgreSql;

namespace ThreadStore.Postgres;

/// <summary>PostgreSQL in a container whose data are in a named volume.</summary>
static class ContainerPostgres
{
    const string Image = "postgres:18";

    /// <summary>The folder above the data folder of any major version, as images of PostgreSQL from 18 on want it.</summary>
    const string DataVolume = "/var/lib/postgresql";

    /// <summary>False in a published server, which leaves the library for containers out.</summary>
    public static bool IsDeployed =>
        File.Exists(Path.Combine(AppContext.BaseDirectory, "Testcontainers.PostgreSql.dll"));

    /// <summary>The running container of this data folder; null, with a line in the log, where there is no engine.</summary>
    public static async Task<PostgreSqlContainer?> StartAsync(
        string home,
        string password,
        Action<string> log,
        CancellationToken ct
    )
    {
        // The name ties the volume to the data folder. Reuse finds the container of another process, keeps it when
        // that process ends, and keeps Testcontainers' reaper away from it.
        var name =
            "threadstore-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)))[..12];
        try
        {
            var container = new PostgreSqlBuilder(Image)
                .WithName(name)
                .WithDatabase(PostgresConnection.Database)
                .WithUsername(PostgresConnection.User)
                .WithPassword(password)
                .WithEnvironment(
                    "POSTGRES_INITDB_ARGS",
                    "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
                )
                .WithVolumeMount(name, DataVolume)
                // Testcontainers switches durability off, for tests; the last word on the command line counts
                .WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
                .WithCommand(
                    "-c",
                    "max_connections=200",
                    "-c",
                    "shared_buffers=256MB",
                    "-c",
                    "max_wal_size=2GB"
                )
                .WithCommand("-c", "jit=off")
                .WithReuse(true)
                .Build();
            log("Starting PostgreSQL in a container.");
            await container.StartAsync(ct);
            return container;
        }
        catch (DockerUnavailableException)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log($"No container could be started: {e.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }
}
