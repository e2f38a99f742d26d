using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Comments;

/// <summary>Replaces the text of one's own comment.</summary>
/// <param name="Body">Markdown without raw HTML.</param>
public sealed record EditComment(string Body);

public static class EditCommentEndpoint
{
    /// <summary>Replaces the text of one's own comment, for as long as the site's settings allow.</summary>
    /// <returns>200 the comment; 400 validation; 403 forbidden, not-in-good-standing,
    /// warning-not-acknowledged, not-entitled; 404 comment-not-found;
    /// 409 edit-window-over; 410 comment-deleted; 412 stale-version; 413; 503 busy, unavailable.</returns>
    [Operation("editComment"), Answers(typeof(CommentShape)), ChecksVersion]
    [WolverinePatch("/v1/sites/{site}/comments/{commentId}"), SignedIn, BodyLimit(BodyLimitAttribute.Comment)]
    public static async Task<IResult> Patch(
        string site,
        string commentId,
        [Body] EditComment command,
        Caller caller,
        Appender appender,
        NpgsqlDataSource database,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var edit = new Editing(
            site,
            Guid.Parse(commentId),
            command,
            caller,
            now.ToMicroseconds(),
            http.Request.Headers.IfMatch
        );
        var receipt = await appender.AppendAsync(edit, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var edited = await OwnShadow.ToldAsync(database, site, receipt.Answer!, ct);
        return new Answer(edited.Json, Position: receipt.Position, Version: edited.Version, IsPrivate: true);
    }
}

/// <summary>The command, with all that it came with.</summary>
public sealed record Editing(
    string Site,
    Guid CommentId,
    EditComment Command,
    Caller Caller,
    DateTimeOffset Now,
    string? IfMatchHeader
) : ISubmission<WrittenComment>
{
    Guid AuthorId { get; } = StreamId.Commenter(Site, Caller.Key);
    ScreenedComment Screened { get; } = new(Site, Command.Body);

    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Commenters.Want(Site, AuthorId);
        Screened.Need(set, Site, AuthorId, isEdit: true);
    }

    public void NeedMore(WorkingSet known) => Screened.Need(known, Site, AuthorId, isEdit: true);

    public Decision Decide(WorkingSet known)
    {
        var settings = known.Sites.Require(Site, Guid.Empty).Settings;
        if (CommentBody.Fault(Screened.Text, settings.MaxCommentLength) is { } fault)
            return Refusal.Validation("body", fault);
        if (CommentRefusals.Missing(known, Site, CommentId, Caller, out var comment) is { } missing)
            return missing;
        if (comment!.AuthorId != AuthorId)
            return Refusal.Forbidden("Only its author may edit a comment.");
        if (CommentRefusals.Standing(known.Commenters[Site, AuthorId], Now) is { } standing)
            return standing;
        if (CommentRefusals.Entitlement(settings, Caller) is { } lacking)
            return lacking;
        if (!IfMatch.Allows(IfMatchHeader, comment.Version))
            return IfMatch.Stale(comment.Version);
        if (EditWindow.EndOf(comment.PostedAt, settings.EditWindowMinutes) is not { } end || end < Now)
            return new Refusal(
                "edit-window-over",
                settings.EditWindowMinutes == 0
                    ? "Comments may not be edited here."
                    : $"A comment may be edited for {settings.EditWindowMinutes} minutes."
            );
        var article = known.Articles.Require(Site, comment.ArticleId);
        if (comment.ContentJson == Screened.Text.Content)
            return Decision.Nothing;
        var judgement = Screened.Judge(
            known,
            settings,
            article,
            Caller.Key,
            Now,
            new(comment.ToldState, comment.ToldRemovedBy),
            comment.IsShadowed
        );
        return Decision.Append(
            new StreamEvent(
                CommentId,
                new CommentEdited(
                    CommentId,
                    article.Key,
                    Command.Body,
                    BodyFormat.Markdown,
                    judgement.State,
                    judgement.Verdicts,
                    Caller.Key,
                    Now
                )
                {
                    Text = Screened.Text,
                }
            )
        );
    }

    public WrittenComment Answer(WorkingSet known, Decision decision)
    {
        var comment = known.Comments.Require(Site, CommentId);
        return WrittenComment.Of(
            comment,
            known.Articles.Require(Site, comment.ArticleId).Key,
            forAuthor: true
        );
    }
}

/// <summary>How long authors may edit.</summary>
public static class EditWindow
{
    /// <summary>The last moment at which the comment may be edited; null: not at all.</summary>
    public static DateTimeOffset? EndOf(DateTimeOffset postedAt, int minutes) =>
        minutes == 0 ? null : postedAt.AddMinutes(minutes);
}
