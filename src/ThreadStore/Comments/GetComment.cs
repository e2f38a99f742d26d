using System.Buffers;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Comments;

public static class GetCommentEndpoint
{
    /// <summary>A comment with its ancestors, root first: all that a permalink shows.</summary>
    /// <remarks>Pending and rejected comments are there for their author and moderators only.</remarks>
    /// <returns>200 the comment; 304; 400 bad-request, validation; 404 comment-not-found; 410 comment-deleted.</returns>
    [Operation("getComment"), Answers(typeof(CommentInContextShape))]
    [WolverineGet("/v1/sites/{site}/comments/{commentId}"), Public, TimeTravel]
    public static async Task<IResult> Get(
        string site,
        string commentId,
        Caller? caller,
        HttpContext http,
        ReadReplicas replicas,
        TimeTravel past,
        CancellationToken ct
    )
    {
        var id = Guid.Parse(commentId);
        if (PastPoint.IsAsked(http))
            return await past.CommentAsync(site, id, caller, http, ct);
        var database = await replicas.ForAsync(http);
        // from the comment up to its root, without a sort: the article is looked up once, beside the root
        await using var command = database.CreateCommand(
            $"""
            with recursive line as (
              select {CommentView.Columns}, c.article_id
              from {ReaderTables.Schema}.comment_rows c where c.site = $1 and c.id = $2
              union all
              select {CommentView.Columns}, c.article_id
              from line join {ReaderTables.Schema}.comment_rows c on c.site = $1 and c.id = line.parent_id
            )
            select line.*, {OfRootsArticle("key")}, {OfRootsArticle(
                "is_withdrawn"
            )}, ({Positions.NewestSql}) from line
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = id });
        var line = new List<CommentView>();
        var (key, isWithdrawn, position) = ("", false, 0L);
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                line.Add(CommentView.Read(reader));
                position = reader.GetInt64(CommentView.ColumnCount + 3);
                if (line[^1].ParentId is not null)
                    continue;
                key = reader.GetString(CommentView.ColumnCount + 1);
                isWithdrawn = reader.GetBoolean(CommentView.ColumnCount + 2);
            }
        line.Sort((x, y) => x.Depth.CompareTo(y.Depth));
        if (line.Count == 0)
            return Problem.CommentNotFound(id);
        var unseen = await OwnShadow.CountsAsync(database, site, [line[^1]], ct);
        return Show(site, line, key, isWithdrawn, caller, position, unseen.GetValueOrDefault(id));
    }

    /// <summary>A column of the article, where a row of the line is its root's.</summary>
    static string OfRootsArticle(string column) =>
        $"(select a.{column} from {ReaderTables.Schema}.article_rows a where line.parent_id is null and a.site = $1 and a.id = line.article_id)";

    /// <summary>The answer on the last of a line of comments, each of which replies to the one before it.</summary>
    public static IResult Show(
        string site,
        IReadOnlyList<CommentView> line,
        string articleKey,
        bool isWithdrawn,
        Caller? caller,
        long position,
        int unseenReplies = 0
    )
    {
        var comment = line[^1];
        var isModerator = caller?.Is(Role.Moderator) == true;
        var isAuthor = caller is not null && StreamId.Commenter(site, caller.Key) == comment.AuthorId;
        if (isWithdrawn && caller?.Is(Role.Moderator | Role.Analyst) != true)
            return Problem.CommentNotFound(comment.Id);
        if (comment.State == CommentState.Deleted)
            return Problem.CommentDeleted;
        if (comment.State != CommentState.Published && !isModerator && !isAuthor)
            return Problem.CommentNotFound(comment.Id);

        var article = ThreadQuery.Quote(articleKey);
        var json = new ArrayBufferWriter<byte>(4096);
        CommentView Seen(CommentView one) =>
            isAuthor && !isModerator && one.AuthorId == comment.AuthorId
                ? one.AsItsAuthorSees(one.Id == comment.Id ? unseenReplies : 0)
                : one;
        Seen(comment).WriteOpen(json, article, maySeeHidden: true);
        json.Write(",\"ancestors\":["u8);
        for (var i = 0; i < line.Count - 1; i++)
        {
            if (i > 0)
                json.Write(","u8);
            Seen(line[i]).Write(json, article, maySeeHidden: false);
        }
        json.Write("]}"u8);
        // of what its author takes for published, the answer looks as if it were; it is kept for them alone all the same
        var isPrivate = isWithdrawn || Seen(comment).State != CommentState.Published;
        return new Answer(
            json.WrittenMemory,
            Position: position,
            Version: comment.Version,
            IsPrivate: isPrivate
        )
        {
            IsForOneToken = isAuthor,
        };
    }
}
