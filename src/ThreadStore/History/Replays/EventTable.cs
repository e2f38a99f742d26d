using System.Buffers;
using System.Text.Json;
using ThreadStore.EventStore;

namespace ThreadStore.History.Replays;

/// <summary>The events as they are stored, with what one most often looks for in columns of their own.</summary>
public sealed class EventTable(PartWriter parts, ReplayFormat format) : IFold
{
    public const string Name = "events";

    public static readonly Table Columns = new(
        Name,
        Grows: true,
        new("position", FieldKind.Number),
        new("id", FieldKind.Text),
        new("stream_type", FieldKind.Text, Repeats: true),
        new("stream_id", FieldKind.Text),
        new("version", FieldKind.Number, Repeats: true),
        new("type", FieldKind.Text, Repeats: true),
        new("schema", FieldKind.Number, Repeats: true),
        new("recorded_at", FieldKind.Time),
        new("done_by", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("article", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("comment_id", FieldKind.Text, MayBeNull: true),
        new("commenter", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("data", FieldKind.Text),
        new("correlation_id", FieldKind.Text, MayBeNull: true)
    );

    /// <summary>As NDJSON they are lines of the feed.</summary>
    static readonly Table Lines = new(Name, Grows: true, new Field("line", FieldKind.Line));

    readonly ArrayBufferWriter<byte> line = new();

    public async ValueTask AddAsync(RecordedEvent e)
    {
        if (format == ReplayFormat.Ndjson)
        {
            line.ResetWrittenCount();
            EventLine.Write(line, e);
            (await parts.RowAsync(Lines, e.Site, e.At, e.Position)).Add(line.WrittenSpan);
        }
        else
            Add(await parts.RowAsync(Columns, e.Site, e.At, e.Position), e);
        await parts.EndRowAsync();
    }

    static void Add(RowBuffer row, RecordedEvent e)
    {
        var known = EventNames.Find(e.Type);
        row.Add(e.Position);
        row.Add(e.Id);
        row.Add(known?.Stream ?? "unknown");
        row.Add(e.Stream);
        row.Add(e.Version);
        row.Add(e.Type);
        row.Add((long)(known?.Schema ?? 1));
        row.Add(e.At);
        var about = About.Of(e.Data.Span);
        AddText(row, about.By);
        AddText(row, about.Article);
        AddText(row, about.Comment);
        AddText(row, about.Commenter);
        row.Add(e.Data.Span);
        if (e.CorrelationId is { } id)
            row.Add(id);
        else
            row.AddNull();
    }

    static void AddText(RowBuffer row, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            row.AddNull();
        else
            row.Add(text);
    }

    /// <summary>Who did it, and what it is about; empty where the fact says nothing of it.</summary>
    ref struct About
    {
        public ReadOnlySpan<byte> By;
        public ReadOnlySpan<byte> Article;
        public ReadOnlySpan<byte> Comment;
        public ReadOnlySpan<byte> Commenter;

        public static About Of(ReadOnlySpan<byte> data)
        {
            var about = new About();
            var json = new Utf8JsonReader(data);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isBy, isAuthor) = (json.ValueTextEquals("by"u8), json.ValueTextEquals("author"u8));
                var isArticle = json.ValueTextEquals("articleKey"u8);
                var isComment = json.ValueTextEquals("commentId"u8);
                var isCommenter = json.ValueTextEquals("commenterKey"u8);
                json.Read();
                if (json.TokenType == JsonTokenType.StartObject && isAuthor)
                    about.Commenter = KeyOf(ref json);
                else if (json.TokenType != JsonTokenType.String)
                    json.Skip();
                else if (isBy)
                    about.By = Text(ref json);
                else if (isArticle)
                    about.Article = Text(ref json);
                else if (isComment)
                    about.Comment = Text(ref json);
                else if (isCommenter)
                    about.Commenter = Text(ref json);
            }
            return about;
        }

        static ReadOnlySpan<byte> KeyOf(scoped ref Utf8JsonReader json)
        {
            ReadOnlySpan<byte> key = default;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isKey = json.ValueTextEquals("key"u8);
                json.Read();
                if (isKey)
                    key = Text(ref json);
                else
                    json.Skip();
            }
            return key;
        }
    }

    /// <summary>A text without its escapes.</summary>
    public static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
            return json.ValueSpan;
        var text = new byte[json.ValueSpan.Length];
        return text.AsSpan(0, json.CopyString(text));
    }
}
