using System.Buffers;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;

namespace ThreadStore.Comments;

/// <summary>What a shadowed commenter wrote below their own comments, which they take for published.</summary>
public static class OwnShadow
{
    /// <summary>Comments that are looked at, and replies that are shown.</summary>
    const int Max = 500;

    /// <summary>Levels of replies below the comment, as in a page of a thread.</summary>
    const int MaxLevels = 3;

    /// <summary>All that they wrote on the article and take for published while nobody else sees it, oldest first.</summary>
    /// <param name="comment">Of theirs; for others there is nothing.</param>
    public static async Task<List<CommentView>> RepliesAsync(
        NpgsqlDataSource database,
        string site,
        Caller caller,
        CommentView comment,
        CancellationToken ct
    )
    {
        var views = new List<CommentView>();
        if (StreamId.Commenter(site, caller.Key) != comment.AuthorId)
            return views;
        await using var command = database.CreateCommand(
            $"""
            select {CommentView.Columns} from {ReaderTables.Schema}.comment_rows c
            where c.site = $1 and c.author_id = $2 and c.parent_id is not null and c.reasons = $3
              and c.article_id = (select p.article_id from {ReaderTables.Schema}.comment_rows p where p.site = $1 and p.id = $4)
            order by c.posted_at, c.id limit {Max}
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = comment.AuthorId });
        command.Parameters.Add(new() { Value = HoldReasons.OnlyShadow });
        command.Parameters.Add(new() { Value = comment.Id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            views.Add(CommentView.Read(reader));
        return [.. views.Where(v => v.ShadowState == CommentState.Published)];
    }

    /// <summary>How many of their own replies to some comments of theirs they take for published, by comment.</summary>
    public static async Task<Dictionary<Guid, int>> CountsAsync(
        NpgsqlDataSource database,
        string site,
        IEnumerable<CommentView> own,
        CancellationToken ct
    )
    {
        var counts = new Dictionary<Guid, int>();
        var shadowed = own.Where(c => c.ShadowState is not null).ToList();
        // hardly anybody is
        if (shadowed.Count == 0)
            return counts;
        await using var command = database.CreateCommand(
            $"""
            select c.parent_id, count(*)::integer from {ReaderTables.Schema}.comment_rows c
            where c.site = $1 and c.author_id = $2 and c.parent_id = any($3) and c.state = 'rejected'
              and c.removed_by = 'rule' and c.reasons = $4
            group by c.parent_id
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = shadowed[0].AuthorId });
        command.Parameters.Add(new() { Value = shadowed.Select(c => c.Id).ToArray() });
        command.Parameters.Add(new() { Value = HoldReasons.OnlyShadow });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            counts[reader.GetGuid(0)] = reader.GetInt32(1);
        return counts;
    }

    /// <summary>What the author is answered who wrote to a comment, with the replies that only they see counted.</summary>
    public static async Task<WrittenComment> ToldAsync(
        NpgsqlDataSource database,
        string site,
        WrittenComment written,
        CancellationToken ct
    )
    {
        if (written.InShadow is not (var view, var article))
            return written;
        var unseen = await CountsAsync(database, site, [view], ct);
        var json = new ArrayBufferWriter<byte>(1024);
        view.AsItsAuthorSees(unseen.GetValueOrDefault(view.Id))
            .Write(json, ThreadQuery.Quote(article), maySeeHidden: true);
        return written with { Json = json.WrittenMemory };
    }

    /// <summary>Writes the members of a page of the replies to a comment, as their author sees them.</summary>
    public static void Write(
        IBufferWriter<byte> json,
        IReadOnlyList<CommentView> replies,
        Guid below,
        ReadOnlySpan<byte> article,
        int level = 0
    )
    {
        json.Write("\"items\":["u8);
        var separator = "";
        foreach (var reply in replies.Where(r => r.ParentId == below))
        {
            json.Append(separator);
            separator = ",";
            reply
                .AsItsAuthorSees(replies.Count(r => r.ParentId == reply.Id))
                .WriteOpen(json, article, maySeeHidden: true);
            json.Write(",\"replies\":{"u8);
            Write(json, level < MaxLevels ? replies : [], reply.Id, article, level + 1);
            json.Write("}}"u8);
        }
        json.Write("],\"nextCursor\":null"u8);
    }
}
