using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>How many of each.</summary>
public sealed record ImportTally(
    long Articles = 0,
    long Commenters = 0,
    long Comments = 0,
    long Reactions = 0
)
{
    public static ImportTally operator +(ImportTally a, ImportTally b) =>
        new(
            a.Articles + b.Articles,
            a.Commenters + b.Commenters,
            a.Comments + b.Comments,
            a.Reactions + b.Reactions
        );

    public static ImportTally operator -(ImportTally a, ImportTally b) =>
        new(
            a.Articles - b.Articles,
            a.Commenters - b.Commenters,
            a.Comments - b.Comments,
            a.Reactions - b.Reactions
        );

    public static ImportTally Of(Lost what, long count = 1) =>
        what switch
        {
            Lost.Article => new(Articles: count),
            Lost.Commenter => new(Commenters: count),
            Lost.Comment => new(Comments: count),
            Lost.Reaction => new(Reactions: count),
            _ => new(),
        };
}

/// <summary>What an import did: <c>read = created + already + rejected</c>, in each.</summary>
/// <param name="Warnings">How often each kind of problem was met, rejections included.</param>
public sealed record ImportReport(
    ImportTally Read,
    ImportTally Created,
    ImportTally Already,
    ImportTally Rejected,
    IReadOnlyDictionary<string, long> Warnings
)
{
    public static readonly ImportReport Nothing = new(
        new(),
        new(),
        new(),
        new(),
        new Dictionary<string, long>()
    );

    public ImportReport Plus(ImportTally created, ImportTally already, ImportTally rejected) =>
        this with
        {
            Read = Read + created + already + rejected,
            Created = Created + created,
            Already = Already + already,
            Rejected = Rejected + rejected,
        };

    public ImportReport Warn(string kind, long count = 1)
    {
        var warnings = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (k, n) in Warnings)
            warnings[k] = n;
        warnings[kind] = warnings.GetValueOrDefault(kind) + count;
        return this with { Warnings = warnings };
    }
}

/// <summary>A line of what <c>--report</c> writes.</summary>
/// <param name="Record">The id of what it is about, where it has one.</param>
public sealed record ImportProblem(string File, long Line, string? Record, string Kind, string Message);
