using Npgsql;

namespace ThreadStore.Appending;

/// <summary>What this node knows of a transaction's end.</summary>
sealed class Commit
{
    /// <summary>From here on only the database knows what became of the transaction.</summary>
    public bool MayBeSent { get; private set; }

    public void IsSent() => MayBeSent = true;

    /// <summary>PostgreSQL refused a statement, and with it all of the transaction.</summary>
    public static bool IsRefused(Exception? e) =>
        e is not null && (e is PostgresException || IsRefused(e.InnerException));

    /// <summary>The database said that the transaction came to nothing.</summary>
    public void IsUndone() => MayBeSent = false;
}
