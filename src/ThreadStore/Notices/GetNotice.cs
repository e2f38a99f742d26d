using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Notices;

/// <summary>Why it was decided so.</summary>
/// <param name="Code">What the comment was rejected for, by the word of its reason; <c>removed</c>: a moderator deleted it;
/// <c>kept</c>: it stays; <c>reversed</c>: it was taken away, and a later decision brought it back; <c>deletedByAuthor</c>: nothing
/// was left to decide.</param>
/// <param name="Text">The same in a sentence, in the site's language.</param>
public sealed record NoticeWhy(string Code, string Text);

/// <summary>A notice as whoever gave it reads it.</summary>
/// <param name="Comment">The comment's id.</param>
/// <param name="Reason">What they gave notice for.</param>
/// <param name="DecidedAt">Null while nobody has decided.</param>
/// <param name="Reasons">Why it was decided so; empty while nobody has.</param>
/// <param name="Means">How it was decided (DSA, article 16 (6)): always by a person; null while nobody has.</param>
/// <param name="Redress">How to contest the decision, in the site's language; null while there is none.</param>
public sealed record NoticeView(
    Guid Id,
    Guid Comment,
    NoticeReason Reason,
    NoticeState State,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? DecidedAt,
    IReadOnlyList<NoticeWhy> Reasons,
    Comments.DecisionMeans? Means,
    string? Redress
)
{
    public static NoticeState StateOf(Notice notice) =>
        notice switch
        {
            { End: null } => NoticeState.Received,
            { End.Outcome: NoticeOutcome.Upheld, Reversal: null } => NoticeState.Upheld,
            _ => NoticeState.Dismissed,
        };

    public static NoticeView Of(Notice notice, NoticeTexts texts)
    {
        var isDecided = notice.End is { Outcome: not NoticeOutcome.Overtaken };
        return new(
            notice.Id,
            notice.CommentId,
            notice.Reason,
            StateOf(notice),
            notice.At,
            notice.Decided?.At,
            texts.Why(notice) is { } why ? [why] : [],
            isDecided ? Comments.DecisionMeans.Person : null,
            isDecided ? texts.Redress : null
        );
    }
}

public static class GetNoticeEndpoint
{
    /// <summary>What became of a notice, for whoever has its secret.</summary>
    /// <returns>200 the notice; 304; 400 bad-request; 404 report-not-found.</returns>
    [Operation("getReportOfComment"), Answers(typeof(NoticeView))]
    [Query("secret", typeof(string), "What was told when the notice was given.", IsRequired = true)]
    [WolverineGet("/v1/sites/{site}/reports/{reportId}"), Public]
    public static async Task<IResult> Get(
        string site,
        string reportId,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select {NoticeRows.Columns}, c.hash, s.settings, ({Positions.NewestSql})
            from {ReaderTables.Schema}.{ReaderTables.Notices} r
            join {NoticeContacts.Table} c on c.site = r.site and c.id = r.id
            join {ReaderTables.Schema}.{ReaderTables.Sites} s on s.site = r.site
            where r.site = $1 and r.id = $2
            """,
            site,
            Guid.Parse(reportId)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        // nobody learns by a wrong secret whether there is a notice
        if (
            !await reader.ReadAsync(ct)
            || !NoticeContacts.IsOf(
                http.Request.Query["secret"].FirstOrDefault() ?? "",
                reader.GetFieldValue<byte[]>(NoticeRows.ColumnCount)
            )
        )
            return new Problem("report-not-found", "There is no report with this id and this secret.");
        var texts = NoticeTexts.Of(
            RowStore.SettingsOf(reader.GetString(NoticeRows.ColumnCount + 1)).Language
        );
        return Answer.Of(NoticeView.Of(NoticeRows.Read(reader), texts)) with
        {
            Position = reader.GetInt64(NoticeRows.ColumnCount + 2),
            IsPrivate = true,
        };
    }
}
