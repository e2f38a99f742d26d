using System.Text.Json;
using Npgsql;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>
/// Whoever was erased stays so, whatever a file has of them; see docs/decisions/0036. What happened up to their erasure is
/// theirs, and so is what nobody knows the time of; later it is a new person's, as soon as that one has joined.
/// </summary>
/// <param name="schema">Of the streams that are there.</param>
/// <param name="isNew">A time that is that of recording is not known.</param>
sealed class ErasedInFeed(
    NpgsqlConnection connection,
    string site,
    string schema,
    bool isNew,
    ErasureHash hash
)
{
    public const string Kind = "erased";
    public const string Reason = "is of somebody who was erased.";

    static readonly string ErasedEvent = EventCatalogue
        .All.First(e => e.Type == typeof(CommenterErased))
        .Name;

    /// <param name="Id">Of the erasure, and then of them.</param>
    /// <param name="At">When they were erased last.</param>
    /// <param name="Random">The key that took the place of theirs.</param>
    sealed record Erased(string Key, Guid Id, DateTimeOffset At, string Random);

    readonly Dictionary<Guid, string> randoms = [];
    Dictionary<string, Erased> people = [];

    /// <summary>Of those, and of what stands in for them: what is there, or has been accepted since.</summary>
    readonly HashSet<Guid> here = [];

    /// <summary>Comments that came in empty, and of which nothing more is taken.</summary>
    readonly HashSet<Guid> emptied = [];

    /// <summary>Whether anybody was erased on the site, as SQL; it costs nothing where nobody was.</summary>
    public const string AnySql =
        $"select exists (select 1 from {ErasureTable.Name} where site = $1 and erased_at is not null)";

    /// <summary>Finds out, under the append lock, who of those that the lines name was erased.</summary>
    public async Task LookAsync(IReadOnlyList<FeedLine> lines, CancellationToken ct)
    {
        here.Clear();
        people = [];
        var keys = new Dictionary<string, string>();
        foreach (var key in lines.SelectMany(l => KeysInEvent.Of(l.Event)).Distinct())
        foreach (var known in hash.Of(new Person(site, key)))
            keys[Convert.ToBase64String(known)] = key;
        await FindAsync(keys, ct);
        if (people.Count == 0)
            return;
        await FindRandomsAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select id from {schema}.{EventTables.StreamsName} where tenant_id = $1 and id = any($2)",
            connection
        );
        command.Parameters.AddValues(
            site,
            people.Values.SelectMany(p => (Guid[])[p.Id, StreamId.Commenter(site, p.Random)]).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            here.Add(reader.GetGuid(0));
    }

    async Task FindAsync(Dictionary<string, string> keys, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select key_hash, id, erased_at from {ErasureTable.Name}
            where site = $1 and key_hash = any($2) and erased_at is not null
            """,
            connection
        );
        command.Parameters.AddValues(site, keys.Keys.Select(Convert.FromBase64String).ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (key, id) = (
                keys[Convert.ToBase64String(reader.GetFieldValue<byte[]>(0))],
                reader.GetGuid(1)
            );
            var at = reader.GetFieldValue<DateTimeOffset>(2);
            if (!randoms.TryGetValue(id, out var random))
                randoms[id] = random = Erasures.NewKey();
            if (people.GetValueOrDefault(key) is not { } other || other.At < at)
                people[key] = new(key, id, at, random);
        }
    }

    /// <summary>What took the place of theirs, where their erasure is in this history: a file says the same as before of it.</summary>
    async Task FindRandomsAsync(CancellationToken ct)
    {
        var wanted = people.Values.Select(p => p.Id).ToHashSet();
        await using (
            var command = new NpgsqlCommand(
                $"""
                select e.type, e.data::text from {EventTables.Events} e
                where e.tenant_id = $1 and e.stream_id = $2 and e.type = $3
                """,
                connection
            )
        )
        {
            command.Parameters.AddValues(site, StreamId.Site(site), ErasedEvent);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                if (
                    EventNames.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1)) is CommenterErased e
                    && wanted.Contains(e.ErasureId)
                )
                    randoms[e.ErasureId] = e.CommenterKey;
        }
        people = people.Values.ToDictionary(
            p => p.Key,
            p => p with { Id = StreamId.Commenter(site, p.Key), Random = randoms[p.Id] }
        );
    }

    /// <summary>What is there already, as it was left when they were erased.</summary>
    public void Saw(FeedLine line)
    {
        if (people.Count > 0 && line.Event is CommentPosted posted && IsErased(line, posted.Author.Key))
            emptied.Add(line.Stream);
    }

    /// <summary>What is to be stored in the place of a line.</summary>
    /// <param name="IsLeftOut">Of what the line says, nothing comes in.</param>
    /// <param name="Instead">The line itself where nobody of it was erased; else what others need in its place.</param>
    public readonly record struct Judgement(bool IsLeftOut, IReadOnlyList<FeedLine> Instead);

    public Judgement Judge(FeedLine line)
    {
        if (line.Version > 1 && emptied.Contains(line.Stream))
            return new(true, []);
        if (people.Count == 0)
            return new(false, [line]);
        switch (line.Event)
        {
            case CommenterJoined joined when !IsErased(line, joined.CommenterKey):
                here.Add(line.Stream);
                break;
            case CommentPosted posted when IsErased(line, posted.Author.Key):
                emptied.Add(line.Stream);
                return new(true, [.. Emptied(line, posted)]);
            case CommentFlagged flag when emptied.Contains(flag.CommentId):
                return new(true, []);
        }
        foreach (var key in KeysInEvent.Of(line.Event).Distinct())
            if (IsErased(line, key))
            {
                var own = people[key];
                if (
                    line.Stream == own.Id
                    || line.Type.Stream is "reaction" or "flag" && KeysInEvent.Of(line.Event).First() == key
                )
                    return new(true, []);
                line = Masked(line, isOwn: false, own);
            }
        return new(false, [line]);
    }

    bool IsErased(FeedLine line, string key)
    {
        if (people.GetValueOrDefault(key) is not { } person)
            return false;
        var at = KeysInEvent.TimeOf(line.Event);
        return at is not { } time
            || time <= person.At
            || isNew && time == line.At
            || line.Event is not CommenterJoined && !here.Contains(person.Id);
    }

    static FeedLine Masked(FeedLine line, bool isOwn, Erased person) =>
        MaskedEvent.Of(line.Type.Name, line.Data, isOwn, person.Key, person.Random) is { } data
            ? line with
            {
                Data = data,
                Event = line.Type.Read(data),
            }
            : line;

    /// <summary>A comment with nothing in it, by nobody, and deleted: others' replies have their place.</summary>
    IEnumerable<FeedLine> Emptied(FeedLine line, CommentPosted posted)
    {
        var person = people[posted.Author.Key];
        var stream = StreamId.Commenter(site, person.Random);
        if (here.Add(stream))
            yield return Of(
                line,
                stream,
                1,
                new CommenterJoined(person.Random, "", null, Imports.By, posted.PostedAt, Source: null)
            );
        yield return Masked(line, isOwn: true, person);
        yield return Of(
            line,
            line.Stream,
            2,
            new CommentDeleted(line.Stream, posted.ArticleKey, RemovedBy.Author, person.Random, line.At)
        );
    }

    static FeedLine Of(FeedLine line, Guid stream, long version, object @event) =>
        new(
            line.Number,
            StreamId.ImportedEvent(stream, version),
            stream,
            version,
            EventNames.Of(@event),
            line.At,
            CorrelationId: null,
            JsonSerializer.SerializeToUtf8Bytes(@event, @event.GetType(), Json.Options),
            @event
        );
}
