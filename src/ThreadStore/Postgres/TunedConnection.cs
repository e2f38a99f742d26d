using System.Globalization;
using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>Connection strings with what every way to a database has, unless they say otherwise.</summary>
public static class TunedConnection
{
    /// <summary>Each of several hosts with its port: Marten takes the first one's for that of all that have none.</summary>
    static string WithPorts(string hosts, int port) =>
        string.Join(
            ',',
            hosts
                .Split(',')
                .Select(h =>
                    // a folder is a Unix socket's, and an IPv6 address has colons of its own
                    h.StartsWith('/')
                    || h.Count(c => c == ':') == 1
                    || h.Contains("]:", StringComparison.Ordinal)
                        ? h
                        : string.Create(CultureInfo.InvariantCulture, $"{h}:{port}")
                )
        );

    /// <summary>Adds what measurably pays (statements prepared by use) and what bounds a wait; says nothing twice.</summary>
    public static string Of(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.Host?.Contains(',') == true)
            settings.Host = WithPorts(settings.Host, settings.Port);
        void Default(string keyword, object value)
        {
            if (!settings.ShouldSerialize(keyword))
                settings[keyword] = value;
        }
        Default("Max Auto Prepare", 200);
        Default("Auto Prepare Min Usages", 2);
        Default("No Reset On Close", true);
        Default("Timeout", 5);
        // PostgreSQL allows 100 connections unless told otherwise, and refuses the next: three nodes fit. Who finds none
        // free waits for one, which costs less than to open it.
        Default("Maximum Pool Size", 30);
        Default("Application Name", "threadstore");
        // firewalls cut what is idle for 5 minutes or more, some without a word
        Default("Connection Idle Lifetime", 240);
        // where several hosts are named: how long a standby that was promoted is taken for a standby still
        Default("Host Recheck Seconds", 1);
        return settings.ConnectionString;
    }
}
