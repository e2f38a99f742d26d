using System.Text.RegularExpressions;
using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.Postgres;

/// <summary>
/// What every session of ours is set to, whatever the role, the database or the server say. It is set by a statement
/// after connecting: the startup parameter <c>options</c>, which could do the same, PgBouncer refuses.
/// </summary>
static partial class SessionSettings
{
    static readonly (string Name, string Value)[] Every =
    [
        // a node that dies inside a transaction must not hold the append lock for good
        ("idle_in_transaction_session_timeout", "10000"),
        ("tcp_user_timeout", "10000"),
        // and nobody waits for what one asked before it died or lost patience: on a slow database, what was asked again
        // and again would run beside itself
        (ClientCheck, "5000"),
        // Statements are prepared once and their plans kept. One planned while a table was new and empty would scan
        // all of it ever after, until statistics are gathered; every statement of ours has an index to go by.
        ("enable_seqscan", "off"),
        ("jit", "off"),
        // what goes out in one round trip takes the session's level, and must see what was committed while it waited
        // for the append lock
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_deferrable", "off"),
        // who waits bounds the wait, and says so; a role's bound would look like an outage
        ("statement_timeout", "0"),
        ("transaction_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_session_timeout", "0"),
        // the schema is compared as text
        ("quote_all_identifiers", "off"),
    ];

    /// <summary>
    /// The Appender's statements are few and go by keys. Left to itself, PostgreSQL plans them anew for each batch, since
    /// an array of known length looks cheaper than one of any length: 0.4 ms for every batch. And a plan made while a
    /// table was small would read all of it, to hash or to merge it, ever after.
    /// </summary>
    public static readonly (string Name, string Value)[] OnePlan =
    [
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
    ];

    const string ClientCheck = "client_connection_check_interval";

    // a setting that this version of PostgreSQL does not have is left out, and one that only Linux takes anywhere else
    const string Sql =
        "select set_config(s.name, s.value, false) from unnest($1::text[], $2::text[]) s (name, value) "
        + "where current_setting(s.name, true) is not null "
        + $"and (s.name <> '{ClientCheck}' or version() like '%linux%')";

    /// <summary>A way to the database whose connections are set so.</summary>
    /// <param name="connectionString">Several hosts may be named, and <c>Target Session Attributes</c>.</param>
    /// <param name="more">Beside what every session is set to.</param>
    /// <param name="opened">Called for each new connection, before anybody has it.</param>
    public static NpgsqlDataSource Open(
        string connectionString,
        (string Name, string Value)[]? more = null,
        Action? opened = null
    )
    {
        var (settings, wanted) = Read(connectionString);
        var named = Named(settings.Options);
        (string Name, string Value)[] all =
        [
            .. Every.Concat(more ?? []).Where(s => !named.Contains(s.Name, StringComparer.OrdinalIgnoreCase)),
        ];
        NpgsqlCommand Command(NpgsqlConnection connection) =>
            new(Sql, connection)
            {
                CommandTimeout = settings.Timeout,
                Parameters =
                {
                    new() { Value = all.Select(s => s.Name).ToArray() },
                    new() { Value = all.Select(s => s.Value).ToArray() },
                },
            };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = Command(connection);
                command.ExecuteNonQuery();
                opened?.Invoke();
            },
            async connection =>
            {
                await using var command = Command(connection);
                await command.ExecuteNonQueryAsync();
                opened?.Invoke();
            }
        );
        return Build(builder, wanted);
    }

    /// <summary>
    /// A way by a pooler that gives each transaction a server connection of its own: nothing can be set there that lasts,
    /// and prepared statements are somebody else's by the time they are used.
    /// </summary>
    public static NpgsqlDataSource OpenPooled(string connectionString)
    {
        var (settings, wanted) = Read(connectionString);
        // PgBouncer from 1.21 on keeps them apart: then it may be said
        if (!settings.ShouldSerialize("Max Auto Prepare"))
            settings.MaxAutoPrepare = 0;
        return Build(new(TunedConnection.Of(settings.ConnectionString)), wanted);
    }

    /// <summary>
    /// Where sessions can't be set, the role and the database must not be set to what would fail: a session's level that
    /// refuses what others did meanwhile, a bound that looks like an outage.
    /// </summary>
    /// <exception cref="StartupException">They are.</exception>
    public static async Task RefuseOthersAsync(NpgsqlConnection pooled, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select s.name, g.setting, s.value, current_user::text, current_database()::text
            from unnest($1::text[], $2::text[]) s (name, value) join pg_settings g on g.name = s.name
            where g.setting <> s.value limit 1
            """,
            pooled
        );
        var binding = Every.Where(s => s.Value is "0" or "read committed").ToArray();
        command.Parameters.Add(new() { Value = binding.Select(s => s.Name).ToArray() });
        command.Parameters.Add(new() { Value = binding.Select(s => s.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (await reader.ReadAsync(ct))
            throw new StartupException(
                $"Through the pooler, {reader.GetString(0)} is {reader.GetString(1)}, and no server can set it for itself: alter role \"{reader.GetString(3)}\" in database \"{reader.GetString(4)}\" set {reader.GetString(0)} = '{reader.GetString(2)}', and have the pooler connect anew."
            );
    }

    static (NpgsqlConnectionStringBuilder Settings, TargetSessionAttributes? Wanted) Read(
        string connectionString
    )
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var wanted = Target(settings.TargetSessionAttributes);
        // Npgsql takes it from whoever asks for a connection, and refuses it in the connection string
        settings.TargetSessionAttributes = null;
        return (settings, wanted);
    }

    static NpgsqlDataSource Build(NpgsqlDataSourceBuilder builder, TargetSessionAttributes? wanted) =>
        wanted is { } target ? builder.BuildMultiHost().WithTargetSession(target) : builder.Build();

    /// <exception cref="FormatException">It is none of Npgsql's words.</exception>
    static TargetSessionAttributes? Target(string? text) =>
        text is null ? null
        : Enum.TryParse<TargetSessionAttributes>(
            text.Replace("-", "", StringComparison.Ordinal),
            ignoreCase: true,
            out var target
        )
            ? target
        : throw new FormatException($"Target Session Attributes can't be '{text}'");

    /// <summary>What the connection string sets itself: whoever wrote it had a reason.</summary>
    static HashSet<string> Named(string? options) =>
        options is null ? [] : [.. Option().Matches(options).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"(?:-c\s*|--)([A-Za-z_.]+)=")]
    private static partial Regex Option();
}
