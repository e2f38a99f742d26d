namespace ThreadStore.Postgres;

/// <summary>Finds the running server of a data folder, or the best way to start one. Only inside the lease's mutex.</summary>
sealed class PostgresStarter(string home, PostgresSource source, PostgresSearch search, Action<string> log)
{
    const string OtherWays =
        "set ConnectionStrings__ThreadStore to a database of yours, install PostgreSQL's server binaries and put them "
        + "on PATH, install npm (Node.js), or start Docker.";

    /// <summary>Says that the data of this folder are in a container's volume, not in a cluster here.</summary>
    readonly string _inContainer = ContainerMark(home);

    public static string ContainerMark(string home) => Path.Combine(home, "in-container");

    readonly string _password = ClusterFolder.Password(home);

    public async Task<EmbeddedPostgres.Running> OpenAsync(CancellationToken ct)
    {
        if (ClusterFolder.Existing(home) is var (folder, major))
            return await OpenExistingAsync(new PostgresCluster(folder, major, _password, log), ct);

        // once data are in a container's volume, a new empty cluster would look like their loss
        var isInContainer = File.Exists(_inContainer);
        if (!isInContainer && await FindBinariesAsync(major: null, ct) is { } binaries)
            return await OpenNewAsync(binaries, ct);
        if (
            Allows(PostgresSource.Container)
            && search.Containers
            && await OpenContainerAsync(ct) is { } container
        )
            return container;
        throw new PostgresUnavailableException(
            isInContainer
                ? $"The data of {home} are in a container's volume, and no container can be started: start Docker."
            : source == PostgresSource.Any ? $"No PostgreSQL was found: {OtherWays}"
            : $"No PostgreSQL was found where it was to come from ({source}): allow Any source, or {OtherWays}"
        );
    }

    async Task<EmbeddedPostgres.Running> OpenExistingAsync(PostgresCluster cluster, CancellationToken ct)
    {
        var port = await cluster.FindRunningAsync(ct);
        if (port is null)
        {
            var binaries =
                await FindBinariesAsync(cluster.Major, ct)
                ?? throw new PostgresUnavailableException(
                    $"The data in {cluster.Folder} were written by PostgreSQL {cluster.Major}, whose server binaries "
                        + $"were not found: install PostgreSQL {cluster.Major}, or choose another folder with "
                        + "ThreadStore__DataFolder."
                );
            port = await cluster.StartAsync(binaries, ct);
        }
        return await ReadyAsync(cluster, port.Value, ct);
    }

    async Task<EmbeddedPostgres.Running> OpenNewAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        var folder = Path.Combine(home, $"{binaries.Major}");
        log($"Making a PostgreSQL {binaries.Major} cluster in {folder}.");
        var cluster = new PostgresCluster(folder, binaries.Major, _password, log);
        await PostgresInit.CreateAsync(cluster, binaries, ct);
        return await ReadyAsync(cluster, await cluster.StartAsync(binaries, ct), ct);
    }

    async Task<EmbeddedPostgres.Running> ReadyAsync(PostgresCluster cluster, int port, CancellationToken ct)
    {
        await PostgresConnection.EnsureDatabaseAsync(port, _password, ct);
        return new(
            PostgresConnection.StringFor(port, _password),
            () => cluster.StopAsync(CancellationToken.None),
            token => cluster.ReviveAsync(port, token)
        );
    }

    async Task<EmbeddedPostgres.Running?> OpenContainerAsync(CancellationToken ct)
    {
        if (await ContainerPostgres.StartAsync(home, _password, log, ct) is not { } container)
            return null;
        await File.WriteAllTextAsync(_inContainer, container.Name, ct);
        return new(container.GetConnectionString(), () => container.StopAsync(CancellationToken.None), null);
    }

    async Task<PostgresBinaries?> FindBinariesAsync(int? major, CancellationToken ct)
    {
        PostgresBinaries? binaries = null;
        if (Allows(PostgresSource.Machine))
            binaries = await PostgresBinaries.FindAsync(search.MachineFolders, major, ct);
        if (binaries is null && Allows(PostgresSource.Npm) && major is null or NpmPostgres.Major)
            binaries = await NpmPostgres.FindOrFetchAsync(home, search.Npm, log, ct);
        return binaries;
    }

    bool Allows(PostgresSource one) => source == PostgresSource.Any || source == one;
}
