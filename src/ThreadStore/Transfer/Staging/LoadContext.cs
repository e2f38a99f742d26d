using ThreadStore.Kernel;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Records that become events together, in an order in which each finds what it needs.</summary>
/// <param name="Events">None: it is there already.</param>
sealed record Incoming(Lost What, string Id, int File, long Line, List<FeedLine> Events);

/// <summary>What those share who make events of what is staged.</summary>
/// <param name="Names">Of the files.</param>
/// <param name="Already">Told of what is there already.</param>
sealed record LoadContext(
    string Site,
    string Format,
    PageAddresses Addresses,
    StagedReading Reading,
    ForeignLookup Lookup,
    ForeignEvents Events,
    IReadOnlyList<string> Names,
    Action<Lost> Already,
    Action<ImportProblem> Tell
)
{
    /// <summary>Records of a transaction, during which nobody else writes: a tenth of a second.</summary>
    public const int Stretch = 1_000;

    /// <summary>A second comment of an id that is taken has a number behind it.</summary>
    public static string SourceId(string id, int n) => n == 1 ? id : $"{id}~{n}";

    public Guid IdOf(string id, int n) => StreamId.Import(Site, Format, SourceId(id, n));
}
