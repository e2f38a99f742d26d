using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;

namespace ThreadStore.History;

/// <summary>Which events are folded.</summary>
/// <param name="Sql">Of events <c>e</c>, from <c>from</c> to <c>where</c>; <c>$1</c> is the site, <c>$2</c> the position.</param>
/// <param name="InOrder">An index has them by position, so each is folded as it is read. Others come as they are found: to
/// have PostgreSQL sort them would go by way of the disk.</param>
public sealed record PastEvents(string Sql, bool InOrder)
{
    /// <summary>Those of streams, whose ids a query gives.</summary>
    public static PastEvents OfStreams(string streams) =>
        new(
            $"""
            from ({streams}) s(id)
            join {EventTables.Events} e on e.tenant_id = $1 and e.stream_id = s.id
            where e.seq_id <= $2
            """,
            InOrder: false
        );
}

/// <summary>
/// Rows as they stood at a position: the events of some streams up to it, folded by the code that makes the live rows.
/// All of it happens in memory, without texts; those are read for what is shown in the end.
/// </summary>
public sealed class PastFold
{
    /// <summary>Folds under way at once on a node: each holds a whole thread, some hundred bytes a comment.</summary>
    const int MaxAtOnce = 2;

    static readonly SemaphoreSlim Turns = new(MaxAtOnce);

    readonly string site;
    readonly long position;

    PastFold(string site, long position)
    {
        (this.site, this.position) = (site, position);
        // whoever and whatever has a part in it, but no event among those read: only what is folded into it counts
        Rows = new()
        {
            Articles = new() { Unknown = static _ => null },
            Commenters = new() { Unknown = Stranger },
            Comments = new() { Unknown = Elsewhere },
            Reactions = new() { Unknown = static _ => null },
            Appeals = new() { Unknown = static _ => null },
            Requests = new() { Unknown = static _ => null },
        };
    }

    public WorkingSet Rows { get; }

    /// <summary>The newest position of all when this was read.</summary>
    public long Newest { get; private set; }

    /// <summary>What had been posted by then.</summary>
    public IReadOnlyList<Comment> Comments => Rows.Comments.Changed(RowChange.Added);

    /// <param name="parameters">Of the events' SQL, from <c>$3</c> on.</param>
    public static async Task<PastFold> ReadAsync(
        NpgsqlDataSource database,
        string site,
        long position,
        PastEvents events,
        CancellationToken ct,
        params object[] parameters
    )
    {
        await Turns.WaitAsync(ct);
        try
        {
            var fold = new PastFold(site, position);
            await fold.FoldAsync(database, events, parameters, ct);
            return fold;
        }
        finally
        {
            Turns.Release();
        }
    }

    // Of what there is most of, comments, members are picked, in one column, instead of being sent and parsed as JSON. No
    // text is read. No key has a tab in it.
    const string Columns = """
        e.seq_id, e.type, e.stream_id,
        case e.type
          when 'comment-posted' then concat_ws(e'\t', e.data->>'articleKey', coalesce(e.data->>'parentId', ''),
            e.data->>'depth', e.data->'author'->>'key', e.data->>'postedAt', e.data->>'state')
          when 'comment-edited' then (e.data || '{"body":"","verdicts":[]}'::jsonb)::text
          else e.data::text
        end
        """;

    const string Posted = "comment-posted";

    static CommentPosted ReadPosted(Guid id, string picked)
    {
        var members = picked.Split('\t');
        return new(
            id,
            members[0],
            members[1].Length > 0 ? Guid.Parse(members[1]) : null,
            int.Parse(members[2], CultureInfo.InvariantCulture),
            new(members[3], "", null),
            Body: "",
            BodyFormat.Markdown,
            DateTimeOffset.Parse(members[4], CultureInfo.InvariantCulture),
            TimeEstimated: false,
            Words.Parse<CommentState>(members[5]),
            Verdicts: [],
            members[3],
            Source: null,
            RequestHash: null
        );
    }

    async Task FoldAsync(
        NpgsqlDataSource database,
        PastEvents which,
        object[] parameters,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(Positions.NewestSql));
        batch.Add(
            $"select {Columns} {which.Sql}{(which.InOrder ? " order by e.seq_id" : "")}",
            [site, position, .. parameters]
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        Newest = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var events = new List<(long Position, object Event)>();
        while (await reader.ReadAsync(ct))
        {
            var type = reader.GetString(1);
            var e =
                type == Posted
                    ? ReadPosted(reader.GetGuid(2), reader.GetString(3))
                    : EventNames.Read(type, reader.GetFieldValue<byte[]>(3));
            if (e is null)
                continue;
            if (which.InOrder)
                Rows.Apply(site, e);
            else
                events.Add((reader.GetInt64(0), e));
        }
        events.Sort((a, b) => a.Position.CompareTo(b.Position));
        foreach (var (_, e) in events)
            Rows.Apply(site, e);
    }

    Commenter Stranger(Guid id) =>
        new(
            site,
            id,
            Key: "",
            Name: "",
            Picture: null,
            JoinedAt: default,
            CommentCount: 0,
            ReactionsReceived: 0,
            Standing.Good,
            StandingUntil: null,
            StandingReason: null,
            Warning: null,
            Decision: null,
            RejectedCount: 0,
            ShadowedCount: 0
        );

    Comment Elsewhere(Guid id) =>
        new(
            site,
            id,
            ArticleId: Guid.Empty,
            ParentId: null,
            Depth: 0,
            AuthorId: Guid.Empty,
            AuthorJson: "null",
            ContentJson: "",
            CommentState.Deleted,
            RemovedBy.Author,
            PostedAt: default,
            EditedAt: null,
            Version: 1,
            IsFeatured: false,
            ReactionsJson: "{}",
            Positive: 0,
            Negative: 0,
            Flags: 0,
            ReplyCount: 0,
            ShownReplies: 0,
            TextHash: 0,
            RequestHash: null,
            ReasonsJson: null,
            Decision: null,
            DecidedBy: null,
            Appeal: null
        );

    /// <summary>Comments as they are shown, with their texts of then.</summary>
    /// <param name="database">One that holds what was folded; whoever keeps a fold may ask another than before.</param>
    public async Task<IReadOnlyDictionary<Guid, CommentView>> ViewsAsync(
        NpgsqlDataSource database,
        IReadOnlyCollection<Comment> comments,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select e.type, e.data::text from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id <= $2 and e.stream_id = any($3)
              and e.type in ('comment-posted', 'comment-edited')
            order by e.seq_id
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = comments.Select(c => c.Id).ToArray() });
        var texts = new Dictionary<Guid, Comment>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            switch (EventNames.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1)))
            {
                case CommentPosted e:
                    texts[e.CommentId] = Comment.After(null, site, e);
                    break;
                case CommentEdited e:
                    texts[e.CommentId] = Comment.After(texts[e.CommentId], site, e);
                    break;
                default:
                    break;
            }
        return comments.ToDictionary(
            c => c.Id,
            c =>
                CommentView.Of(
                    c with
                    {
                        AuthorJson = texts[c.Id].AuthorJson,
                        ContentJson = texts[c.Id].ContentJson,
                    }
                )
        );
    }

    /// <summary>The rank of each comment in a sort, by the SQL that makes those of the live rows.</summary>
    /// <param name="database">Any of them.</param>
    public async Task<double[]> RanksAsync(
        NpgsqlDataSource database,
        ThreadSort sort,
        IReadOnlyList<Comment> comments,
        CancellationToken ct
    )
    {
        var rank = sort switch
        {
            ThreadSort.Best => Ranks.Best("u"),
            ThreadSort.Hot => Ranks.Hot("u"),
            ThreadSort.Controversial => Ranks.Controversial("u"),
            _ => null,
        };
        var ranks = new double[comments.Count];
        if (rank is null)
        {
            for (var i = 0; sort == ThreadSort.Replies && i < ranks.Length; i++)
                ranks[i] = comments[i].ReplyCount;
            return ranks;
        }
        await using var command = database.CreateCommand(
            $"select {rank} from unnest($1, $2, $3) with ordinality as u(positive, negative, posted_at, n) order by u.n"
        );
        void Add<T>(NpgsqlDbType type, Func<Comment, T> value) =>
            command.Parameters.Add(
                new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = comments.Select(value).ToArray() }
            );
        Add(NpgsqlDbType.Integer, c => c.Positive);
        Add(NpgsqlDbType.Integer, c => c.Negative);
        Add(NpgsqlDbType.TimestampTz, c => c.PostedAt);
        await using var reader = await command.ExecuteReaderAsync(ct);
        for (var i = 0; await reader.ReadAsync(ct); i++)
            ranks[i] = reader.GetDouble(0);
        return ranks;
    }
}
