using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.Transfer.Formats;

/// <summary>An event as a line of the feed tells it, for the site that it is to become part of.</summary>
/// <param name="Number">Of the line, from 1.</param>
/// <param name="Stream">Of the site that it is imported into.</param>
/// <param name="Data">As it is to be stored.</param>
/// <param name="Event">What <paramref name="Data"/> says.</param>
public sealed record FeedLine(
    long Number,
    Guid Id,
    Guid Stream,
    long Version,
    EventNames.Entry Type,
    DateTimeOffset At,
    string? CorrelationId,
    ReadOnlyMemory<byte> Data,
    object Event
)
{
    /// <summary>Reads a line; see <see cref="History.EventLine"/>, which writes them.</summary>
    /// <param name="from">The site that the history is of, once that is known.</param>
    /// <param name="to">The site that it is to become part of.</param>
    /// <exception cref="FormatException">Says why it is none.</exception>
    public static FeedLine Read(ReadOnlyMemory<byte> json, long number, ref string? from, string to)
    {
        var members = Members.Read(json);
        var name = members.Type ?? throw Missing("type");
        var type =
            EventNames.Find(name)
            ?? throw new FormatException($"'{name}' is no event that this version knows.");
        if (members.Schema is { } schema && schema != type.Schema)
            throw new FormatException($"{name} is of schema {schema}, which this version does not know.");
        var site = members.Site ?? throw Missing("site");
        if (site != (from ??= site))
            throw new FormatException($"it is of the site '{site}', and those before it of '{from}'.");
        var data = members.Data.IsEmpty ? throw Missing("data") : members.Data;
        var id = members.Id ?? throw Missing("id");
        var told = members.Stream ?? throw Missing("stream.id");
        if (members.Version is not (> 0 and var version))
            throw Missing("version");
        var at = members.At is { Year: >= FeedFacts.FirstYear and <= FeedFacts.LastYear } time
            ? time
            : throw Missing("at");
        // ids of comments, and of what is about them, are the same on every site
        if (StreamOf(type, data, site) != told)
            throw new FormatException("its stream.id is not that of what its data are about.");
        if (type.Type == typeof(SiteConfigured) && site != to)
            data = Rename(data, to);
        return new(
            number,
            id,
            StreamOf(type, data, to),
            version,
            type,
            at,
            members.CorrelationId,
            data,
            FeedFacts.Read(type, data.Span)
        );
    }

    static FormatException Missing(string member) => new($"it has no {member}, or not one of a feed.");

    /// <summary>The stream that an event is part of, which follows from what it is about.</summary>
    public static Guid StreamOf(EventNames.Entry type, ReadOnlyMemory<byte> data, string site)
    {
        var about = About.Read(data.Span);
        string Key(string? text, string member) => text ?? throw Missing($"data.{member}");
        Guid Comment() => Guid.TryParse(about.CommentId, out var id) ? id : throw Missing("data.commentId");
        return type.Stream switch
        {
            "site" => StreamId.Site(site),
            "article" => StreamId.Article(site, Key(about.ArticleKey, "articleKey")),
            "commenter" => StreamId.Commenter(site, Key(about.CommenterKey, "commenterKey")),
            "comment" => Comment(),
            // a moderator may recount what somebody else cast
            "reaction" => StreamId.Reaction(Comment(), Key(about.CommenterKey ?? about.By, "by")),
            "flag" => StreamId.Flag(Comment(), Key(about.CommenterKey ?? about.By, "by")),
            "notice" => Guid.TryParse(about.NoticeId, out var notice)
                ? notice
                : throw Missing("data.noticeId"),
            _ => throw new NotSupportedException($"Nobody knows the streams of {type.Stream}."),
        };
    }

    /// <summary>The one fact that names the site that it belongs to.</summary>
    static ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> data, string site)
    {
        var fact = JsonNode.Parse(data.Span) as JsonObject ?? throw Missing("data");
        fact["site"] = site;
        return JsonSerializer.SerializeToUtf8Bytes(fact, Json.Options);
    }

    /// <summary>What a fact is about, by which its stream is found.</summary>
    readonly record struct About(
        string? CommentId,
        string? ArticleKey,
        string? CommenterKey,
        string? By,
        string? NoticeId
    )
    {
        public static About Read(ReadOnlySpan<byte> data)
        {
            var about = new About();
            var json = new Utf8JsonReader(data);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isComment, isArticle) = (
                    json.ValueTextEquals("commentId"u8),
                    json.ValueTextEquals("articleKey"u8)
                );
                var (isCommenter, isBy) = (
                    json.ValueTextEquals("commenterKey"u8),
                    json.ValueTextEquals("by"u8)
                );
                var isNotice = json.ValueTextEquals("noticeId"u8);
                json.Read();
                if (json.TokenType != JsonTokenType.String)
                    json.Skip();
                else if (isComment)
                    about = about with { CommentId = json.GetString() };
                else if (isArticle)
                    about = about with { ArticleKey = json.GetString() };
                else if (isCommenter)
                    about = about with { CommenterKey = json.GetString() };
                else if (isBy)
                    about = about with { By = json.GetString() };
                else if (isNotice)
                    about = about with { NoticeId = json.GetString() };
            }
            return about;
        }
    }

    /// <summary>The members of a line that matter; others may come some day.</summary>
    struct Members
    {
        public Guid? Id;
        public Guid? Stream;
        public long? Version;
        public string? Type;
        public long? Schema;
        public DateTimeOffset? At;
        public string? Site;
        public string? CorrelationId;
        public ReadOnlyMemory<byte> Data;

        public static Members Read(ReadOnlyMemory<byte> line)
        {
            var members = new Members();
            var json = new Utf8JsonReader(line.Span);
            try
            {
                if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                    throw new FormatException("it is no JSON object.");
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var name = json.GetString();
                    json.Read();
                    members.Read(ref json, name, line);
                }
                // nothing may follow
                json.Read();
                return members;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new UnreadableException(
                    "cut-off",
                    "it is no JSON: was the file cut off, or written by something else?"
                );
            }
        }

        void Read(ref Utf8JsonReader json, string? name, ReadOnlyMemory<byte> line)
        {
            switch (name, json.TokenType)
            {
                case ("id", JsonTokenType.String):
                    Id = json.TryGetGuid(out var id) ? id : null;
                    break;
                case ("stream", JsonTokenType.StartObject):
                    Stream =
                        Text(ref json, "id") is { } stream && Guid.TryParse(stream, out var s) ? s : null;
                    break;
                case ("version", JsonTokenType.Number):
                    Version = json.TryGetInt64(out var version) ? version : null;
                    break;
                case ("type", JsonTokenType.String):
                    Type = json.GetString();
                    break;
                case ("schema", JsonTokenType.Number):
                    Schema = json.TryGetInt64(out var schema) ? schema : 0;
                    break;
                case ("at", JsonTokenType.String):
                    At =
                        json.TryGetDateTimeOffset(out var at) && Json.HasZone(json.GetString()!)
                            ? at.ToMicroseconds()
                            : null;
                    break;
                case ("site", JsonTokenType.String):
                    Site = json.GetString();
                    break;
                case ("metadata", JsonTokenType.StartObject):
                    CorrelationId = Text(ref json, "correlationId");
                    break;
                case ("data", JsonTokenType.StartObject):
                    var start = (int)json.TokenStartIndex;
                    json.Skip();
                    Data = line[start..(int)json.BytesConsumed];
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        /// <summary>A text member of the object that begins here.</summary>
        static string? Text(ref Utf8JsonReader json, string member)
        {
            string? text = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = json.ValueTextEquals(member);
                json.Read();
                if (isIt && json.TokenType == JsonTokenType.String)
                    text = json.GetString();
                else
                    json.Skip();
            }
            return text;
        }
    }
}
