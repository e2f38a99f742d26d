using System.Buffers;
using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Rows;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Comments;

/// <summary>Adds a comment to an article; a reply when <paramref name="ParentId"/> is set.</summary>
/// <param name="Body">Markdown without raw HTML.</param>
public sealed record PostComment(string Body, Guid? ParentId = null);

public static class PostCommentEndpoint
{
    /// <summary>Adds a comment to an article; a reply where <c>parentId</c> is set.</summary>
    /// <remarks>
    /// With <c>dryRun=true</c> nothing is stored, and the answer is 200 with a <c>Prospect</c>: what would become of the
    /// comment, for a preview.
    /// </remarks>
    /// <returns>201 the comment; 200 with dryRun, what would become of it; 400 validation; 403 not-in-good-standing,
    /// warning-not-acknowledged, not-entitled; 404 article-not-found; 409 discussion-closed, parent-not-available, branch-locked, too-deep, duplicate-comment; 413;
    /// 429 slow-mode; 503 busy, unavailable.</returns>
    [Operation("postComment")]
    [Answers(typeof(CommentShape), 201, HasLocation = true), Answers(typeof(Prospect), 200, IsInProse = true)]
    [Query(
        "dryRun",
        typeof(bool),
        "Whether to say only what would become of the comment, and store nothing.",
        Default = false
    )]
    [
        WolverinePost("/v1/sites/{site}/articles/{articleKey}/comments"),
        SignedIn,
        BodyLimit(BodyLimitAttribute.Comment)
    ]
    public static async Task<IResult> Post(
        string site,
        string articleKey,
        [Body] PostComment command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        // a slip of the keyboard must not post for real
        if (PageQuery.ReadFlag(http, "dryRun", out var isDryRun) is { } noFlag)
            return noFlag;
        // a preview creates nothing, and what was created under its key is no preview
        var request = isDryRun ? null : key.Of(caller, command);
        var id = request?.Id ?? Guid.CreateVersion7(now);
        var posting = new Posting(
            site,
            articleKey,
            id,
            command,
            caller,
            now.ToMicroseconds(),
            request?.BodyHash
        );

        if (isDryRun)
            return await TryAsync(posting, appender, ct);
        var receipt = await appender.AppendAsync(posting, ct);
        return Problem.Of(receipt.Refusal)
            ?? (IResult)
                new Answer(
                    receipt.Answer!.Json,
                    StatusCodes.Status201Created,
                    receipt.Position,
                    receipt.Answer.Version,
                    IsPrivate: true,
                    Location: $"/v1/sites/{site}/comments/{id}"
                );
    }

    /// <summary>Says what would become of the comment; nothing is stored.</summary>
    static async Task<IResult> TryAsync(Posting posting, Appender appender, CancellationToken ct)
    {
        var receipt = await appender.AppendAsync(new DryRun(posting), ct);
        return Problem.Of(receipt.Refusal)
            ?? (IResult)(Http.Answer.Of(receipt.Answer) with { IsPrivate = true });
    }
}

/// <summary>A comment as it stood right after a command.</summary>
public sealed record WrittenComment(ReadOnlyMemory<byte> Json, int Version)
{
    /// <param name="forAuthor">As its author is to see it, and nobody else.</param>
    public static WrittenComment Of(Comment comment, string articleKey, bool forAuthor = false)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        var view = CommentView.Of(comment);
        (forAuthor ? view.AsItsAuthorSees() : view).Write(
            json,
            ThreadQuery.Quote(articleKey),
            maySeeHidden: true
        );
        return new(json.WrittenMemory, comment.Version)
        {
            InShadow = forAuthor && comment.IsShadowed ? (view, articleKey) : null,
        };
    }

    /// <summary>Where only its author sees it: what it really is, and on which article.</summary>
    public (CommentView View, string Article)? InShadow { get; init; }
}

/// <summary>The command, with all that it came with.</summary>
public sealed record Posting(
    string Site,
    string ArticleKey,
    Guid CommentId,
    PostComment Command,
    Caller Caller,
    DateTimeOffset Now,
    string? RequestHash
) : ISubmission<WrittenComment>
{
    Guid ArticleId { get; } = StreamId.Article(Site, ArticleKey);
    Guid AuthorId { get; } = StreamId.Commenter(Site, Caller.Key);
    internal ScreenedComment Screened { get; } = new(Site, Command.Body);

    public long? TextHash { get; } =
        Comments.TextHash.Of(Site, Caller.Key, ArticleKey, Command.ParentId, Command.Body);

    public void Need(WorkingSet set)
    {
        set.Articles.Want(Site, ArticleId);
        set.Commenters.Want(Site, AuthorId);
        // an id made for this request is nobody's; one made of an Idempotency-Key may be there
        if (RequestHash is null)
            set.Comments.Absent(Site, CommentId);
        else
            set.Comments.Want(Site, CommentId);
        if (Command.ParentId is { } parent)
            set.Comments.Want(Site, parent);
        Screened.Need(set, Site, AuthorId, isEdit: false);
    }

    public void NeedMore(WorkingSet known)
    {
        Screened.Need(known, Site, AuthorId, isEdit: false);
        if (known.Articles.Known(Site, ArticleId) is { SlowModeSeconds: not null })
            known.Recent.WantLast(AuthorId, ArticleId);
        if (
            Command.ParentId is { } parent
            && (known.LocksMayChange || known.Articles.Known(Site, ArticleId) is { LockedBranches: > 0 })
        )
            known.WantBranch(Site, parent);
    }

    public Decision Decide(WorkingSet known)
    {
        // the same request again, or one that was committed though its answer was lost
        if (known.Comments[Site, CommentId] is { RequestHash: KeyedRequest.Erased })
            return Refusal.KeyErased;
        if (known.Comments[Site, CommentId] is { } before)
            return before.RequestHash == RequestHash ? Decision.Nothing : Refusal.KeyConflict;
        return Refuse(known) is { } refusal ? refusal : Decision.Append([.. Events(known)]);
    }

    /// <summary>The first reason to refuse, or null.</summary>
    Refusal? Refuse(WorkingSet known)
    {
        if (known.Sites[Site, Guid.Empty] is not { Settings: var settings })
            return Refusal.SiteNotFound(Site);
        if (CommentBody.Fault(Screened.Text, settings.MaxCommentLength) is { } fault)
            return Refusal.Validation("body", fault);
        if (known.Articles[Site, ArticleId] is not { IsWithdrawn: false, IsHere: true } article)
            return Refusal.ArticleNotFound(ArticleKey);
        if (CommentRefusals.Standing(known.Commenters[Site, AuthorId], Now) is { } standing)
            return standing;
        if (CommentRefusals.Entitlement(settings, Caller) is { } lacking)
            return lacking;
        if (!article.TakesComments(settings, Now))
            return new("discussion-closed", "The discussion of this article is closed.");
        if (
            SlowMode.Until(article.SlowModeSeconds, known.Recent.LastOn(AuthorId, ArticleId), Now) is
            { } until
        )
            return SlowMode.Refusal(until, Now);
        if (Command.ParentId is { } parentId)
        {
            if (
                known.Comments[Site, parentId] is not { } parent
                || parent.ArticleId != ArticleId
                || !(parent.IsPublished || (parent.SeemsPublished && parent.AuthorId == AuthorId))
            )
                return new("parent-not-available", "Reply to a comment that is published on this article.");
            if (known.IsInLockedBranch(Site, parentId))
                return new("branch-locked", "A moderator ended the replies here, or further up.");
            if (parent.Depth + 1 > settings.MaxDepth)
                return new("too-deep", $"Replies go {settings.MaxDepth} levels deep at most.");
        }
        if (
            known.RecentTexts.TryGetValue(TextHash!.Value, out var last)
            && last.At > Now - RowStore.DuplicateWindow
        )
            return new("duplicate-comment", "You have written the same here less than 5 minutes ago.")
            {
                Comment = last.Comment,
            };
        return null;
    }

    IEnumerable<StreamEvent> Events(WorkingSet known)
    {
        if (CommenterEvents.For(known.Commenters[Site, AuthorId], AuthorId, Caller, Now) is { } e)
            yield return e;
        var parent = Command.ParentId is { } id ? known.Comments.Require(Site, id) : null;
        var judgement = Screened.Judge(
            known,
            known.Sites.Require(Site, Guid.Empty).Settings,
            known.Articles.Require(Site, ArticleId),
            Caller.Key,
            Now,
            isInShadow: parent?.SeemsPublished == true
        );
        yield return StreamEvent.First<Comment>(
            CommentId,
            new CommentPosted(
                CommentId,
                ArticleKey,
                Command.ParentId,
                parent is null ? 0 : parent.Depth + 1,
                Caller.AsAuthor(known.Sites.Require(Site, Guid.Empty).Settings.Badges),
                Command.Body,
                BodyFormat.Markdown,
                Now,
                TimeEstimated: false,
                judgement.State,
                judgement.Verdicts,
                Caller.Key,
                Source: null,
                RequestHash
            )
            {
                Text = Screened.Text,
            }
        );
    }

    public WrittenComment Answer(WorkingSet known, Decision decision) =>
        WrittenComment.Of(known.Comments.Require(Site, CommentId), ArticleKey, forAuthor: true);
}

/// <summary>What would become of a comment, and why.</summary>
/// <param name="Reasons">What screening would hold or reject it for; what it stumbled over is for moderators.</param>
/// <param name="Html">As it would be shown.</param>
/// <param name="Learned">The score of the site's adopted model, from 0 to 1; null: there is none.</param>
public sealed record Prospect(
    CommentState State,
    IReadOnlyList<HoldReason> Reasons,
    string Html,
    double? Learned
);

/// <summary>Decides as the command would, and appends nothing.</summary>
public sealed record DryRun(Posting Posting) : ISubmission<Prospect>
{
    public string Site => Posting.Site;

    public long? TextHash => Posting.TextHash;

    public void Need(WorkingSet set) => Posting.Need(set);

    public void NeedMore(WorkingSet known) => Posting.NeedMore(known);

    public Decision Decide(WorkingSet known)
    {
        var decision = Posting.Decide(known);
        var posted = decision.Events.Select(e => e.Event).OfType<CommentPosted>().FirstOrDefault();
        // whoever is shadowed is told what anybody would be
        var verdicts = Screening.Told(posted?.Verdicts ?? []);
        var isModerator = Posting.Caller.Is(Role.Moderator);
        var learned = verdicts.FirstOrDefault(v => v.Rule == HoldReason.Learned);
        var prospect = new Prospect(
            posted is not null
                ? Screening.Strongest(verdicts)
                : known.Comments[Site, Posting.CommentId]?.ToldState ?? CommentState.Published,
            [
                .. Screening
                    .Reasons(verdicts)
                    .Concat(Advice(learned, known))
                    .Select(r => isModerator ? r : r with { Match = null }),
            ],
            Posting.Screened.Text.Html,
            learned?.Score
        );
        return new(decision.Refusal, [], prospect);
    }

    /// <summary>What holds nothing, and is worth a second thought.</summary>
    IEnumerable<HoldReason> Advice(Verdict? learned, WorkingSet known) =>
        learned is { State: null, Score: { } score }
        && score >= known.Sites[Site, Guid.Empty]?.Settings.Learned?.AdviseAbove
            ? [new(learned.Rule, learned.Match)]
            : [];

    public Prospect Answer(WorkingSet known, Decision decision) => decision.FoundAs<Prospect>();
}

/// <summary>What a comment's text must be.</summary>
public static class CommentBody
{
    /// <summary>Empty is what shows nothing, whatever signs it is written with.</summary>
    public static Flaw? Fault(CommentText text, int maxLength) =>
        text.ShowsNothing ? Flaw.Empty
        : text.Body.Length > maxLength && Keys.Length(text.Body) > maxLength ? Flaw.TooLong(maxLength)
        : null;
}
