using System.Text.Json;

namespace ThreadStore.Transfer.Formats;

/// <summary>Coral: its CSV triple, and mongoexport of Talk 4 and of Coral 6 and later, a collection a file or all in one.</summary>
public sealed class CoralFormat : IForeignFormat
{
    static readonly string[] Telling =
    [
        "_collection",
        "storyID",
        "tenantID",
        "asset_id",
        "action_type",
        "actionType",
        "lowercaseUsername",
        "publication_date",
        "scraped",
    ];

    public string Name => "coral";

    public bool Fits(FileHead head) =>
        head.IsObject is { } isObject
            ? isObject
                && Array.Exists(Telling, head.HasMember)
                && !head.HasMember("display_name")
                && !head.HasMember("locator")
            : !head.IsXml && CoralCsv.Fits(head);

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        head.IsObject is null ? CoralCsv.Read(file) : ReadJson(file);

    static IEnumerable<ForeignRecord> ReadJson(Stream file) =>
        ForeignFormats.ReadJson(
            new(file, inRow: true),
            r => (LostOf(CollectionOf(r)), r.Some("id") ?? r.Some("_id")),
            r => Read(CollectionOf(r), r)
        );

    static Lost LostOf(string? collection) =>
        collection switch
        {
            "stories" or "assets" => Lost.Article,
            "users" => Lost.Commenter,
            "comments" => Lost.Comment,
            "actions" or "commentActions" => Lost.Reaction,
            _ => Lost.Nothing,
        };

    static IEnumerable<ForeignRecord> Read(string? collection, JsonElement r) =>
        collection switch
        {
            "stories" => [CoralJson.Story(r)],
            "assets" => [CoralJson.Asset(r)],
            "users" => [CoralJson.User(r)],
            "comments" when r.Has("asset_id") => CoralJson.OldComment(r),
            "comments" => CoralJson.Comment(r),
            "actions" => CoralJson.OldAction(r),
            "commentActions" => CoralJson.Action(r),
            _ => throw new UnreadableException("malformed", "it is of no collection that is known."),
        };

    static string? CollectionOf(JsonElement r) =>
        r.Text("_collection")
        ?? (
            r.Has("storyID") && (r.Has("revisions") || r.Has("authorID")) && !r.Has("actionType") ? "comments"
            : r.Has("actionType") ? "commentActions"
            : r.Has("action_type") ? "actions"
            : r.Has("asset_id") ? "comments"
            : r.Has("username") || r.Has("lowercaseUsername") ? "users"
            : r.Has("url") && r.Has("tenantID") ? "stories"
            : r.Has("url") ? "assets"
            : null
        );
}
