using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.Comments;

/// <summary>A comment on its way to a reader: its ready-made parts and what is put between them.</summary>
public sealed record CommentView
{
    /// <summary>The columns of a row <c>c</c> that <see cref="Read"/> expects, from its first column on.</summary>
    public const string Columns = """
        c.id, c.parent_id, c.depth, c.author, c.content, c.state, c.removed_by, c.posted_at, c.edited_at, c.version,
        c.is_featured, c.reactions, c.reply_count, c.shown_replies, c.author_id, c.reasons,
        c.is_locked
        """;

    /// <summary>How many columns these are.</summary>
    public const int ColumnCount = 17;

    /// <summary>Which of them is the content.</summary>
    public const int ContentColumn = 4;

    public required Guid Id { get; init; }
    public required Guid? ParentId { get; init; }
    public required int Depth { get; init; }
    public required byte[] Author { get; init; }
    public required byte[] Content { get; init; }
    public required CommentState State { get; init; }
    public required RemovedBy? RemovedBy { get; init; }
    public required DateTimeOffset PostedAt { get; init; }
    public required DateTimeOffset? EditedAt { get; init; }
    public required int Version { get; init; }
    public required bool IsFeatured { get; init; }

    /// <summary>Nobody may reply below it: readers are told of a tombstone, too.</summary>
    public required bool IsLocked { get; init; }
    public required byte[] Reactions { get; init; }
    public required int ReplyCount { get; init; }
    public required int ShownReplies { get; init; }
    public required Guid AuthorId { get; init; }

    /// <summary>See <see cref="Comment.ShadowState"/>.</summary>
    public required CommentState? ShadowState { get; init; }

    /// <summary>What its author is shown: who is shadowed reads what anybody else would.</summary>
    /// <param name="unseenReplies">Direct replies that they take for published, and others do not see.</param>
    public CommentView AsItsAuthorSees(int unseenReplies = 0) =>
        ShadowState is { } told
            ? this with
            {
                State = told,
                RemovedBy = told == CommentState.Published ? null : RemovedBy,
                ReplyCount = ReplyCount + unseenReplies,
            }
            : this;

    /// <summary>About how many bytes it has in an answer to readers, the article's key aside.</summary>
    public int Size =>
        Frame + (State == CommentState.Published ? Content.Length + Author.Length + Reactions.Length : 0);

    /// <summary>Of names of members and what else is about as long in all comments.</summary>
    const int Frame = 400;

    public bool IsShown => State == CommentState.Published || ShownReplies > 0;

    /// <param name="first">Of the columns.</param>
    public static CommentView Read(NpgsqlDataReader r, int first = 0)
    {
        var state = Words.Parse<CommentState>(r.GetString(first + 5));
        RemovedBy? removedBy = r.Text(first + 6) is { } by ? Words.Parse<RemovedBy>(by) : null;
        return new()
        {
            Id = r.GetGuid(first),
            ParentId = r.IsDBNull(first + 1) ? null : r.GetGuid(first + 1),
            Depth = r.GetInt32(first + 2),
            Author = r.GetFieldValue<byte[]>(first + 3),
            Content = r.GetFieldValue<byte[]>(first + ContentColumn),
            State = state,
            RemovedBy = removedBy,
            PostedAt = r.GetFieldValue<DateTimeOffset>(first + 7),
            EditedAt = r.Time(first + 8),
            Version = r.GetInt32(first + 9),
            IsFeatured = r.GetBoolean(first + 10),
            Reactions = r.GetFieldValue<byte[]>(first + 11),
            ReplyCount = r.GetInt32(first + 12),
            ShownReplies = r.GetInt32(first + 13),
            AuthorId = r.GetGuid(first + 14),
            ShadowState =
                state == CommentState.Rejected
                    ? Comment.ShadowOf(state, removedBy, r.Text(first + 15))
                    : null,
            IsLocked = r.GetBoolean(first + 16),
        };
    }

    public static CommentView Of(Comment c) =>
        new()
        {
            Id = c.Id,
            ParentId = c.ParentId,
            Depth = c.Depth,
            Author = Encoding.UTF8.GetBytes(c.AuthorJson),
            Content = Encoding.UTF8.GetBytes(c.ContentJson),
            State = c.State,
            RemovedBy = c.RemovedBy,
            PostedAt = c.PostedAt,
            EditedAt = c.EditedAt,
            Version = c.Version,
            IsFeatured = c.IsFeatured,
            IsLocked = c.IsLocked,
            Reactions = Encoding.UTF8.GetBytes(c.ReactionsJson),
            ReplyCount = c.ReplyCount,
            ShownReplies = c.ShownReplies,
            AuthorId = c.AuthorId,
            ShadowState = c.ShadowState,
        };

    /// <summary>Writes the comment's object, all but its closing brace, so that more members may follow.</summary>
    /// <param name="article">The article's key as a JSON string.</param>
    /// <param name="maySeeHidden">Whether the reader may see it though it is not published; otherwise a tombstone is written.</param>
    /// <param name="evenDeleted">Whether a moderator must see what was deleted, to decide on it.</param>
    public void WriteOpen(
        IBufferWriter<byte> json,
        ReadOnlySpan<byte> article,
        bool maySeeHidden,
        bool evenDeleted = false
    )
    {
        var visible =
            State == CommentState.Published
            || (maySeeHidden && (State != CommentState.Deleted || evenDeleted));
        json.Write("{\"id\":\""u8);
        json.Append(Id);
        json.Write("\",\"article\":"u8);
        json.Write(article);
        json.Write(",\"parentId\":"u8);
        if (ParentId is { } parent)
        {
            json.Write("\""u8);
            json.Append(parent);
            json.Write("\""u8);
        }
        else
            json.Write("null"u8);
        json.Write(",\"depth\":"u8);
        json.Append(Depth);
        json.Write(",\"author\":"u8);
        WriteAuthor(json, visible);
        json.Write(","u8);
        json.Write(visible ? Content : "\"body\":null,\"html\":null"u8);
        json.Write(",\"state\":\""u8);
        json.Append(State.Word());
        json.Write("\",\"removedBy\":"u8);
        json.Append(RemovedBy is { } by ? $"\"{by.Word()}\"" : "null");
        json.Write(",\"createdAt\":\""u8);
        json.Append(PostedAt);
        json.Write("\",\"editedAt\":"u8);
        if (EditedAt is { } edited)
        {
            json.Write("\""u8);
            json.Append(edited);
            json.Write("\""u8);
        }
        else
            json.Write("null"u8);
        json.Write(",\"version\":"u8);
        json.Append(Version);
        json.Write(",\"reactions\":"u8);
        json.Write(visible ? Reactions : "{}"u8);
        json.Write(",\"replyCount\":"u8);
        json.Append(ReplyCount);
        json.Write(IsFeatured && visible ? ",\"featured\":true"u8 : ",\"featured\":false"u8);
        json.Write(IsLocked ? ",\"locked\":true"u8 : ",\"locked\":false"u8);
    }

    /// <summary>A stored author without the member <c>badges</c> has none.</summary>
    void WriteAuthor(IBufferWriter<byte> json, bool visible)
    {
        if (!visible)
            json.Write("null"u8);
        else if (Author.AsSpan().IndexOf(",\"badges\":["u8) >= 0)
            json.Write(Author);
        else
        {
            json.Write(Author.AsSpan()[..^1]);
            json.Write(",\"badges\":[]}"u8);
        }
    }

    public void Write(
        IBufferWriter<byte> json,
        ReadOnlySpan<byte> article,
        bool maySeeHidden,
        bool evenDeleted = false
    )
    {
        WriteOpen(json, article, maySeeHidden, evenDeleted);
        json.Write("}"u8);
    }
}

/// <summary>JSON put together from ready-made bytes.</summary>
public static class JsonBytes
{
    public static void Append(this IBufferWriter<byte> json, int number)
    {
        Utf8Formatter.TryFormat(number, json.GetSpan(11), out var written);
        json.Advance(written);
    }

    public static void Append(this IBufferWriter<byte> json, long number)
    {
        Utf8Formatter.TryFormat(number, json.GetSpan(20), out var written);
        json.Advance(written);
    }

    public static void Append(this IBufferWriter<byte> json, Guid id)
    {
        Utf8Formatter.TryFormat(id, json.GetSpan(36), out var written);
        json.Advance(written);
    }

    public static void Append(this IBufferWriter<byte> json, DateTimeOffset time) =>
        json.Append(time.UtcDateTime);

    /// <param name="time">In UTC.</param>
    public static void Append(this IBufferWriter<byte> json, DateTime time)
    {
        // the framework's own round-trip format is quick, a custom one is not; it has seven digits, and all of them
        var text = json.GetSpan(32);
        Utf8Formatter.TryFormat(time, text, out var written, 'O');
        var end = written - 2;
        while (text[end - 1] == '0')
            end--;
        if (text[end - 1] == '.')
            end--;
        text[end] = (byte)'Z';
        json.Advance(end + 1);
    }

    /// <summary>Text as it is, without quotes and escapes.</summary>
    public static void Append(this IBufferWriter<byte> json, string text) =>
        Encoding.UTF8.GetBytes(text, json);
}
