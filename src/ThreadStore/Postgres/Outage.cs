using System.Net.Sockets;
using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>Tells a database that is away, full, stopping or closed to writers from a statement that it refused.</summary>
public static class Outage
{
    /// <summary>Npgsql has no name for it.</summary>
    const string IdleInTransactionTimeout = "25P03";

    /// <summary>Whether a statement took longer than it may, whoever set the limit. The database is there: to ask it for the
    /// same again, or to throw its connections away, would only add to what it has to do.</summary>
    public static bool IsTimeout(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            if (e is PostgresException refused)
                return refused.SqlState == PostgresErrorCodes.QueryCanceled;
        return false;
    }

    public static bool Is(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                // a transaction that was cut off because we were too slow says nothing about its commands, nor does a
                // server that takes no writes, or lacks the database (it is being restored), or took rights away
                case PostgresException refused:
                    return refused.SqlState
                            is IdleInTransactionTimeout
                                or PostgresErrorCodes.ReadOnlySqlTransaction
                                or PostgresErrorCodes.InvalidCatalogName
                                // a database that its administrator has closed: allow_connections = false
                                or PostgresErrorCodes.ObjectNotInPrerequisiteState
                                or PostgresErrorCodes.InsufficientPrivilege
                        || refused.SqlState[..2] is "08" or "53" or "57" or "58";
                // what fails below it, Npgsql wraps; a bare IOException is a client that went away
                // but a host name that can't be resolved comes as it is, without Npgsql's exception around it
                case NpgsqlException or SocketException or TimeoutException:
                    return true;
                default:
                    break;
            }
        }
        return false;
    }

    /// <summary>The server is a standby, or told to take no writes.</summary>
    public static bool IsReadOnly(Exception? e) =>
        e is not null
        && (
            e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction }
            || IsReadOnly(e.InnerException)
        );
}
