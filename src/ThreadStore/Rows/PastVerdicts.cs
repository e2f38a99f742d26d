using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;

namespace ThreadStore.Rows;

/// <summary>What outside classifiers have said of a comment.</summary>
/// <param name="TextVersion">Of the comment when it got the text that it has.</param>
/// <param name="Given">By whom, and of which version.</param>
public sealed record JudgedText(int TextVersion, IReadOnlySet<(string Classifier, int Version)> Given);

/// <summary>
/// Verdicts of outside classifiers on the comments that are judged now. No row keeps them: they are asked for so rarely
/// that the comment's own events will do.
/// </summary>
public sealed class PastVerdicts
{
    readonly Dictionary<(string Site, Guid Comment), List<Line>> known = [];

    /// <summary>An event of a comment, read where it is a verdict.</summary>
    readonly record struct Line(string Type, CommentJudged? Verdict);

    public List<(string Site, Guid Comment)> Wanted { get; } = [];

    public void Want(string site, Guid comment) => Wanted.Add((site, comment));

    public void LoadedAll()
    {
        foreach (var comment in Wanted)
            known.TryAdd(comment, []);
        Wanted.Clear();
    }

    /// <param name="r">The next event of one of the comments.</param>
    public void Read(NpgsqlDataReader r)
    {
        var comment = (r.GetString(0), r.GetGuid(1));
        if (!known.TryGetValue(comment, out var lines))
            known[comment] = lines = [];
        var type = r.GetString(2);
        lines.Add(
            new(
                type,
                r.IsDBNull(3) ? null : EventNames.Read(type, r.GetFieldValue<byte[]>(3)) as CommentJudged
            )
        );
    }

    /// <summary>What one that came before in the batch did to a comment that is judged now.</summary>
    public void Happened(string site, object @event)
    {
        if (known.Count == 0 || CommentEvents.StreamOf(@event) is not { } comment)
            return;
        if (!known.TryGetValue((site, comment), out var lines))
            return;
        lines.Add(new(EventNames.Of(@event).Name, @event as CommentJudged));
    }

    public JudgedText Of(string site, Guid comment)
    {
        var (version, text) = (0, 0);
        var given = new HashSet<(string, int)>();
        foreach (var line in known[(site, comment)])
        {
            if (EventNames.Find(line.Type) is { MakesVersion: true })
                version++;
            if (line.Type is "comment-posted" or "comment-edited")
                text = version;
            if (line.Verdict is { } verdict)
                given.Add((verdict.Classifier, verdict.JudgedVersion));
        }
        return new(text, given);
    }
}

/// <summary>Brings them in.</summary>
public sealed partial class RowStore
{
    const string EventsOfJudged = $"""
        select e.tenant_id, e.stream_id, e.type, case when e.type like 'comment-judged%' then e.data::text end
        from (select distinct * from unnest($1, $2) as u(site, id)) w
        join {EventTables.Events} e on e.tenant_id = w.site and e.stream_id = w.id
        order by e.version
        """;
}
