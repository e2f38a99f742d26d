using System.Text.Json.Nodes;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Rows;
using ThreadStore.Sites;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>A post or edit that other settings would have treated otherwise.</summary>
/// <param name="Comment">Its id.</param>
/// <param name="Position">Of the event that submitted it.</param>
/// <param name="Was">What was made of it, by screening and then by flags.</param>
/// <param name="WouldBe">What the settings given would have made of it.</param>
/// <param name="Reasons">Why the settings given would have kept it back; empty: they would not have.</param>
public sealed record WhatIfExample(
    Guid Comment,
    long Position,
    CommentState Was,
    CommentState WouldBe,
    IReadOnlyList<HoldReason> Reasons
);

/// <summary>What other settings would have made of the history.</summary>
/// <param name="Position">The last that was looked at.</param>
/// <param name="Judged">Posts and edits; those that are held, rejected and published add up to it.</param>
/// <param name="Differs">Those of which something else was made when they were submitted.</param>
/// <param name="ByRule">How many each rule objects to, <c>flags</c> included.</param>
/// <param name="Examples">Of those that differ, the newest, at most 20.</param>
public sealed record WhatIfAnswer(
    long Position,
    long Judged,
    long Held,
    long Rejected,
    long Published,
    long Differs,
    IReadOnlyDictionary<string, long> ByRule,
    IReadOnlyList<WhatIfExample> Examples
);

public static class WhatIfEndpoint
{
    /// <summary>Events that one statement gives: the connection is free while they are judged.</summary>
    const int Stretch = 1_000;

    static readonly string Purged = EventCatalogue.All.Single(e => e.Type == typeof(CommentTextPurged)).Name;

    /// <summary>All that changes what a rule may know of a comment.</summary>
    static readonly string[] Types =
    [
        .. EventCatalogue.All.Where(e => WhatIfFold.Follows(e.Type)).Select(e => e.Name),
    ];

    /// <summary>
    /// Judges every post and edit of the history under the settings given, those left out as they are, as it was
    /// submitted; nothing changes. Commenters, articles and comments stood as they really did at that time. What was
    /// published counts as held, by the rule <c>flags</c>, where its unsettled flags reached the threshold given.
    /// With <c>learned</c> (<c>model</c>: its hash, or the adopted one) texts that the model learned from are judged by models
    /// that are made anew of what was there before their month.
    /// </summary>
    /// <returns>200 what would have been; 400 validation; 413; 503 busy.</returns>
    [Operation("whatIf"), Answers(typeof(WhatIfAnswer))]
    [
        WolverinePost("/v1/sites/{site}/analytics/what-if"),
        Roles(Role.Analyst),
        BodyLimit(BodyLimitAttribute.Large)
    ]
    public static async Task<IResult> Post(
        string site,
        [Body(Shape = typeof(SettingsShape))] JsonObject command,
        NpgsqlDataSource database,
        WhatIfTurn turns,
        LearnedModels models,
        CancellationToken ct
    )
    {
        if (Configuration.Refuse(command, site) is { } invalid)
            return Problem.Of(invalid);
        using var turn = await turns.TakeAsync(ct);
        if (turn is null)
            return WhatIfTurn.Busy;
        var (position, current, flagged) = await BeginAsync(database, site, ct);
        var (settings, problem) = Configuration.Apply(site, current, command);
        if (problem is not null)
            return Problem.Of(problem);
        var (learned, none) = await LearnedAsync(models, site, settings!, ct);
        if (none is not null)
            return none;
        // texts are not judged by one model for all of the past
        var fold = new WhatIfFold(site, settings! with { LearnedModel = null }, flagged);
        await ReadAsync(database, site, position, fold, learned, ct);
        return Answer.Of(fold.Answer(position)) with { Position = position, IsPrivate = true };
    }

    static async Task<(long Position, SiteSettings Settings, IReadOnlySet<Guid> Flagged)> BeginAsync(
        NpgsqlDataSource database,
        string site,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select ({Positions.NewestSql}), settings,
              array(select distinct comment_id from {ReaderTables.Schema}.flag_rows where site = $1)
            from {ReaderTables.Schema}.site_rows where site = $1
            """
        );
        command.Parameters.Add(new() { Value = site });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (
            reader.GetInt64(0),
            RowStore.SettingsOf(reader.GetString(1)),
            reader.GetFieldValue<Guid[]>(2).ToHashSet()
        );
    }

    /// <summary>What of a text needs nothing but the event.</summary>
    sealed record Prepared(TextVerdicts? Verdicts, ReadText? Read);

    /// <summary>The model that the settings name, or the adopted one; null: they hold nothing by one.</summary>
    static async Task<(WhatIfLearned?, Problem?)> LearnedAsync(
        LearnedModels models,
        string site,
        SiteSettings settings,
        CancellationToken ct
    )
    {
        if (settings.Learned is not { } asked || (asked.Model ?? settings.LearnedModel) is not { } hash)
            return (null, null);
        if (await models.FindAsync(site, hash, ct) is { } view && KnownModels.Find(hash) is { } model)
            return (new(site, model, view.TrainedTo), null);
        // one that was adopted elsewhere, and came with an imported history
        return asked.Model is null
            ? (null, null)
            : (null, Problem.Validation("learned", Flaw.Of("names a model of this site.", "no-model")));
    }

    static async Task ReadAsync(
        NpgsqlDataSource database,
        string site,
        long end,
        WhatIfFold fold,
        WhatIfLearned? learned,
        CancellationToken ct
    )
    {
        // whose a comment is, only its first event says; looked up one by one, whatever the planner thinks of the tables
        const string sql = $"""
            select {EventBatches.Columns},
              case when e.type not in ('comment-posted', 'comment-edited', 'comment-flagged') then (
                select c.author_id from {ReaderTables.Schema}.comment_rows c
                where c.site = e.tenant_id and c.id = e.stream_id
              ) end
            from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id > $2 and e.seq_id <= $3 and e.type = any($4)
            order by e.seq_id limit $5
            """;
        var types = learned is null ? Types : [.. Types, Purged];
        NpgsqlCommand Next(long after, int limit) =>
            database.CreateCommand(sql, site, after, end, types, limit);
        object? Prepare(object e) =>
            new Prepared(fold.Screen(e), learned is null ? null : LearnedHistory.Read(e));
        await foreach (var stretch in EventBatches.ReadAsync(0, Stretch, Next, beside: true, Prepare, ct))
        foreach (var fact in stretch)
        {
            var (text, read) = (Prepared)fact.Prepared!;
            if (learned?.Judge(fact.Position, fact.Event, read, ct) is { } said && text is not null)
                text = text with { Learned = said };
            if (WhatIfFold.Follows(fact.Event.GetType()))
                fold.Apply(fact.Position, fact.Event, fact.Other, text);
            learned?.Apply(fact.Position, fact.Event, read);
        }
    }
}
