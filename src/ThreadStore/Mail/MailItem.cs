using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Databases;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Mail;

/// <summary>Something that a mail tells of, as it stands when the mail is made.</summary>
/// <param name="By">The name of who wrote it; null: moderators, who are not named.</param>
/// <param name="Article">Null: it is about the person and no comment.</param>
/// <param name="Text">The comment as it was written, in Markdown; null: nobody is shown it.</param>
/// <param name="State">Of the comment, as its author sees it.</param>
/// <param name="Link">To the comment on its article's page; null: the page is not known.</param>
public sealed record MailItem(
    long Position,
    NotificationType Type,
    DateTimeOffset At,
    string? By = null,
    Guid? Article = null,
    string? Title = null,
    string? Text = null,
    CommentState? State = null,
    string? Link = null
);

/// <summary>All that a mail is made from.</summary>
/// <param name="Address">Whom it is for.</param>
/// <param name="KeptAddress">The same, as it is kept.</param>
/// <param name="Items">Of what is seen, and still wanted; oldest first.</param>
/// <param name="BaseUrl">Where this server is found, as they found it.</param>
public sealed record MailContent(
    DueMail Mail,
    string Address,
    string KeptAddress,
    SiteSettings Site,
    string BaseUrl,
    IReadOnlyList<MailItem> Items
);

/// <summary>Reads what a mail is to say: nothing of what became unseen, and nothing from people whom its reader ignores.</summary>
public sealed class MailContents(NpgsqlDataSource database, MailAddresses addresses)
{
    /// <summary>Nobody, too, whose site has left since the mail was due: what was sent could not be kept here.</summary>
    static readonly string Person = $"""
        select p.replies, p.decisions, p.mentions, p.base_url, a.address, s.settings
        from {MailTables.Preferences} p
        join {MailTables.Addresses} a on a.site = p.site and a.commenter_id = p.commenter_id and a.refused_at is null
        join {ReaderTables.Schema}.{ReaderTables.Sites} s on s.site = p.site
        where p.site = $1 and p.commenter_id = $2 and not {DatabaseTables.LivesElsewhere("p.site")}
        """;

    const string Items = $"""
        select n.position, n.type, n.at, a.id, a.title, a.url, {CommentView.Columns}
        {Notifications.Seen} and n.position = any($3) order by n.position
        """;

    /// <summary>Null: nobody wants it any more, or there is no address.</summary>
    public async Task<MailContent?> ReadAsync(DueMail mail, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.Add(Person, mail.Site, mail.Commenter);
        batch.Add(Items, mail.Site, mail.Commenter, mail.Positions);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var wishes = new MailWishes(
            Words.Parse<MailFrequency>(reader.GetString(0)),
            Words.Parse<MailFrequency>(reader.GetString(1)),
            Words.Parse<MailFrequency>(reader.GetString(2))
        );
        var (baseUrl, kept) = (reader.GetString(3), reader.GetString(4));
        if (addresses.Open(mail.Site, mail.Commenter, kept) is not { } address)
            return null;
        var settings = RowStore.SettingsOf(reader.GetString(5));
        await reader.NextResultAsync(ct);
        var items = new List<MailItem>();
        while (await reader.ReadAsync(ct))
            if (Read(reader) is var item && wishes.For(MailWishes.KindOf(item.Type)) != MailFrequency.Never)
                items.Add(item);
        return new(mail, address, kept, settings, baseUrl, items);
    }

    static MailItem Read(NpgsqlDataReader r)
    {
        var item = new MailItem(
            r.GetInt64(0),
            Words.Parse<NotificationType>(r.GetString(1)),
            r.GetFieldValue<DateTimeOffset>(2)
        );
        if (r.Id(3) is not { } article)
            return item;
        var comment = CommentView.Read(r, first: 6);
        var isOthers = item.Type is NotificationType.Reply or NotificationType.Mention;
        var seen = isOthers ? comment : comment.AsItsAuthorSees();
        return item with
        {
            Article = article,
            Title = r.GetString(4),
            By = isOthers ? Member(comment.Author, "name") : null,
            // of one's own that was taken away one knows what it said
            Text =
                seen.State == CommentState.Deleted
                    ? null
                    : Member([.. "{"u8, .. seen.Content, .. "}"u8], "body"),
            State = seen.State,
            Link = r.Text(5) is { } page ? $"{page.Split('#')[0]}#comment-{comment.Id}" : null,
        };
    }

    static string? Member(byte[] json, string name)
    {
        using var parsed = JsonDocument.Parse(json);
        return
            parsed.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }
}
