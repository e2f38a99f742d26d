using Npgsql;
using ThreadStore.Kernel;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>Requests with an Idempotency-Key that were done; those that posted comments are in the comments' rows.</summary>
static class RequestRows
{
    public static readonly RowTable<DoneRequest> Table = new(ReaderTables.Requests);

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<string> BodyHash = Table.Text("body_hash", r => r.BodyHash);
    static readonly Column<IReadOnlyList<Guid>> Comments = Table.Ids(
        "comments",
        r => r.Comments,
        Added | Whole
    );

    public static DoneRequest Read(NpgsqlDataReader r) =>
        new(Site.Read(r), Id.Read(r), BodyHash.Read(r), Comments.Read(r));
}
