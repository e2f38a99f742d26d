namespace ThreadStore.Transfer;

/// <summary>How far an import is.</summary>
public enum ImportState
{
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>An import, as it is answered, and as the command prints it.</summary>
/// <param name="Id">Null: it was a command.</param>
/// <param name="Format">Null: not yet recognised.</param>
/// <param name="Warnings">How often each kind of problem was met.</param>
/// <param name="Bytes">Of what came, as it came.</param>
/// <param name="EndedAt">Null: it runs.</param>
/// <param name="Position">Of the newest event when it ended; null: it runs.</param>
public sealed record ImportJobView(
    Guid? Id,
    string? Format,
    bool DryRun,
    ImportState State,
    ImportTally Read,
    ImportTally Created,
    ImportTally Already,
    ImportTally Rejected,
    IReadOnlyDictionary<string, long> Warnings,
    long Bytes,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    long? Position
);
