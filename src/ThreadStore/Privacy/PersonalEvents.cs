using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Rows;

namespace ThreadStore.Privacy;

/// <summary>The events that say something of a person, as SQL over <c>events e</c>.</summary>
/// <remarks>
/// <c>$1</c> is the site, <c>$2</c> the id that follows from the person's key, <c>$3</c> the key, <c>$4</c> the site's
/// stream.
/// </remarks>
static class PersonalEvents
{
    const string Schema = ReaderTables.Schema;

    /// <summary>Streams that are about the person: themselves, what they wrote, their reactions, flags and notices, and
    /// flags and notices on what they wrote.</summary>
    public const string Own = $"""
        select $2::uuid as id
        union select c.id from {Schema}.comment_rows c where c.site = $1 and c.author_id = $2
        union select r.id from {Schema}.reaction_rows r where r.site = $1 and r.commenter_id = $2
        union select f.id from {Schema}.flag_rows f where f.site = $1 and f.commenter_id = $2
        union select f.id from {Schema}.comment_rows c join {Schema}.flag_rows f on f.site = c.site and f.comment_id = c.id
          where c.site = $1 and c.author_id = $2
        union select n.id from {Schema}.notice_rows n where n.site = $1 and n.commenter_id = $2
        union select n.id from {Schema}.comment_rows c join {Schema}.notice_rows n on n.site = c.site and n.comment_id = c.id
          where c.site = $1 and c.author_id = $2
        """;

    /// <summary>Streams of others that may name them: the site's, what they decided on, and what their flag had held.</summary>
    const string Touched = $"""
        select $4::uuid as id
        union select d.stream from {Schema}.decision_rows d where d.site = $1 and d.by_id = $2
        union select f.comment_id from {Schema}.flag_rows f where f.site = $1 and f.commenter_id = $2
        """;

    /// <summary>Whether any member of an event is their key.</summary>
    public const string Names =
        """jsonb_path_exists(e.data, '$.** ? (@ == $key)', jsonb_build_object('key', $3::text))""";

    /// <summary>What people write by themselves, most of any history: all of it that names somebody is in their own streams.</summary>
    static readonly string Theirs = EventCatalogue.Sql(static e =>
        e.Type == typeof(CommentPosted)
        || e.Stream is "reaction" or "flag"
            && e.Type != typeof(ReactionRecounted)
            && e.Type != typeof(FlagRecounted)
    );

    /// <summary>
    /// Before a select over <c>events e</c> with <c>o.id</c>, which is null where an event is not about them but only
    /// names them; to be followed by further conditions.
    /// </summary>
    /// <param name="everywhere">Also what they did to articles, and in imports: the whole history of the site is looked
    /// through for it. Only services and administrators do such.</param>
    public static (string With, string From) Of(bool everywhere) =>
        everywhere
            ? (
                $"with own as materialized ({Own})",
                $"from {EventTables.Events} e left join own o on o.id = e.stream_id where e.tenant_id = $1 and (o.id is not null or e.type not in {Theirs} and {Names})"
            )
            : (
                $"with own as materialized ({Own}), found as materialized (select id from own union {Touched})",
                $"""
                from found f join {EventTables.Events} e on e.tenant_id = $1 and e.stream_id = f.id
                left join own o on o.id = e.stream_id where (o.id is not null or {Names})
                """
            );
}
