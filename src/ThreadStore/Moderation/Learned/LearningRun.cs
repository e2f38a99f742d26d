using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation.Learned;

/// <summary>A model with its report.</summary>
public sealed record LearnedResult(LearnedModel Model, ModelReport Report);

/// <summary>There are too few decisions to learn from.</summary>
public sealed class NotEnoughDecisionsException(string message) : Exception(message);

/// <summary>Learns from a site's history up to a position, and judges what was learned by what came after.</summary>
public static class LearningRun
{
    /// <summary>Texts on which moderators decided, at least: with fewer a model is a guess.</summary>
    public const int MinDecisions = 200;

    /// <summary>Of them, those that they rejected.</summary>
    public const int MinRejected = 10;

    /// <summary>Of the decisions, the share that is learned from where no position is given.</summary>
    const double Share = 0.8;

    const int Stretch = 1_000;

    /// <summary>Of the progress, what is reading.</summary>
    const double Reading = 0.3;

    /// <summary>Decisions on texts; those on branches and standings are none.</summary>
    static readonly string Deciding = EventCatalogue.Sql(e =>
        e.Type.IsAssignableTo(typeof(ICommentDecision))
        && !e.Type.IsAssignableTo(typeof(IBranchDecision))
        && e.Type != typeof(CommentUnfeatured)
        // nobody looked at the text
        && e.Type != typeof(CommentReleased)
    );

    static readonly string[] Types =
    [
        .. EventCatalogue.All.Where(e => LearnedHistory.Follows(e.Type)).Select(e => e.Name),
    ];

    /// <summary>On how many texts moderators decided after a position and up to another; null: of all.</summary>
    public static async Task<int> CountDecisionsAsync(
        NpgsqlDataSource database,
        string site,
        long? to,
        CancellationToken ct,
        long after = 0
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select count(distinct stream_id)::integer from {EventTables.Events}
            where tenant_id = $1 and type in {Deciding} and seq_id <= $2 and seq_id > $3
            """,
            site,
            to ?? long.MaxValue,
            after
        );
        return (int)(await command.ExecuteScalarAsync(ct) ?? 0);
    }

    public static string NotEnough(int decisions) =>
        $"There are not enough decisions yet: {decisions} of {MinDecisions}.";

    /// <param name="to">The last position to learn from; null: after four fifths of the decisions.</param>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    /// <exception cref="NotEnoughDecisionsException">There are too few.</exception>
    public static async Task<LearnedResult> RunAsync(
        NpgsqlDataSource database,
        string site,
        string language,
        long? to,
        Action<double>? progress,
        CancellationToken ct
    )
    {
        var (end, chosen) = await BoundsAsync(database, site, ct);
        var trainedTo = Math.Min(to ?? chosen, end);
        var history = new LearnedHistory(site);
        Learned? learned = null;
        await foreach (var (position, @event, text) in ReadAsync(database, site, end, ct))
        {
            if (position > trainedTo)
                learned ??= Learn(history, progress, ct);
            history.Apply(position, @event, text);
            if (learned is null && end > 0)
                progress?.Invoke(Reading * position / end);
        }
        learned ??= Learn(history, progress, ct);
        var report = new ModelExamination(learned.Model, history, trainedTo, learned.From, language).Report(
            end,
            (learned.Decided, learned.Rejected)
        );
        progress?.Invoke(1);
        return new(learned.Model, report);
    }

    sealed record Learned(LearnedModel Model, List<int> From, int Decided, int Rejected);

    static Learned Learn(LearnedHistory history, Action<double>? progress, CancellationToken ct)
    {
        var from = history.ToLearn();
        // a site's first model is told by all of its decisions, of which it learns from four fifths
        if (IsEnough(history, from, (int)(Share * MinDecisions) - 1) is { } lacking)
            throw new NotEnoughDecisionsException(lacking);
        var decided = from.FindAll(i => history.Taught[i].IsDecided);
        var rejected = decided.Count(i => history.Lessons[i].IsRejected);
        var model = Learner.Learn(
            history.Lessons,
            from,
            done => progress?.Invoke(Reading + (1 - Reading) * 0.95 * done),
            ct
        );
        return new(model, from, decided.Count, rejected);
    }

    /// <summary>What is lacking to learn from; null: nothing.</summary>
    /// <param name="from">The lessons to learn from.</param>
    /// <param name="least">Decisions.</param>
    public static string? IsEnough(LearnedHistory history, List<int> from, int least)
    {
        var decided = from.FindAll(i => history.Taught[i].IsDecided);
        var rejected = decided.Count(i => history.Lessons[i].IsRejected);
        return decided.Count < least ? NotEnough(decided.Count)
            : rejected < MinRejected || from.TrueForAll(i => history.Lessons[i].IsRejected)
                ? $"There are not enough decisions of both kinds yet: {rejected} of {decided.Count} rejected, and {MinRejected} at least must be."
            : null;
    }

    /// <summary>The last position, and the one after four fifths of the decisions.</summary>
    static async Task<(long End, long Chosen)> BoundsAsync(
        NpgsqlDataSource database,
        string site,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            with d as (
              select seq_id, row_number() over (order by seq_id) as n, count(*) over () as all_of_them
              from {EventTables.Events} where tenant_id = $1 and type in {Deciding})
            select ({Positions.NewestSql}), coalesce((select max(seq_id) from d where n <= ceil({Share.ToString(
                System.Globalization.CultureInfo.InvariantCulture
            )} * all_of_them)), 0)
            """,
            site
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>What the history of lessons follows, in order.</summary>
    static async IAsyncEnumerable<(long Position, object Event, ReadText? Text)> ReadAsync(
        NpgsqlDataSource database,
        string site,
        long end,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        const string sql = $"""
            select {EventBatches.Columns} from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id > $2 and e.seq_id <= $3 and e.type = any($4)
            order by e.seq_id limit $5
            """;
        NpgsqlCommand Next(long after, int limit) =>
            database.CreateCommand(sql, site, after, end, Types, limit);
        await foreach (
            var stretch in EventBatches.ReadAsync(0, Stretch, Next, beside: true, LearnedHistory.Read, ct)
        )
        foreach (var fact in stretch)
            yield return (fact.Position, fact.Event, (ReadText?)fact.Prepared);
    }
}
