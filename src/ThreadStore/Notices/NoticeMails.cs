using MimeKit;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Databases;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Rows;
using ThreadStore.Setup;
using ThreadStore.Sites;

namespace ThreadStore.Notices;

/// <summary>A mail to whoever gave a notice: that it came, or what became of it (DSA, article 16 (4) and (5)).</summary>
/// <param name="Title">Of the article.</param>
/// <param name="Page">Of the article; null: it is not known.</param>
/// <param name="Sealed">Who gave it; see <see cref="NoticeContacts"/>.</param>
/// <param name="Unsure">Attempts of which nobody knows whether the mail server took it.</param>
public sealed record DueNoticeMail(
    Notice Notice,
    string Title,
    string? Page,
    SiteSettings Site,
    byte[] Sealed,
    int Tries,
    DateTimeOffset? TriedAt,
    int Unsure
) : IDueMail
{
    /// <summary>What it tells of: a decision, or, by the notice's id, that it was received.</summary>
    public Guid Tells => Notice.Decided?.By ?? Notice.Id;

    /// <summary>The same for the same news, however often it is sent.</summary>
    public Guid Id => StreamId.Mail(Notice.Id, (Notice.Decided?.At ?? Notice.At).UtcTicks);
}

/// <summary>
/// Who gave notices and is still to be told of something. What it is follows from the notice as it stands: who was told nothing
/// yet when it is decided, is told that alone; what was reopened and decided anew is told once more.
/// </summary>
public sealed class NoticeMails(
    NpgsqlDataSource database,
    NoticeContacts contacts,
    SmtpOptions options,
    TimeProvider clock
)
{
    /// <summary>Looked up in one go.</summary>
    const int Most = 100;

    static readonly string Due = $"""
        select {NoticeRows.Columns}, a.title, a.url, s.settings, c.sealed, c.tries, c.tried_at, c.unsure
        from {NoticeContacts.Table} c
        join {ReaderTables.Schema}.{ReaderTables.Notices} r on r.site = c.site and r.id = c.id
        join {ReaderTables.Schema}.{ReaderTables.Articles} a on a.site = r.site and a.id = r.article_id
        join {ReaderTables.Schema}.{ReaderTables.Sites} s on s.site = r.site
        where c.has_address and c.due_at <= $1 and ($4::uuid is null or c.id = $4)
          and not {DatabaseTables.LivesElsewhere("c.site")}
          and (c.told is null or c.told <> coalesce(r.reversed_by, r.ended_by))
          -- of what was long ago nobody wants to hear: there was no mail for a while, or no server
          and coalesce(r.reversed_at, r.ended_at, r.received_at) > $3
        order by c.due_at, c.id limit $2
        """;

    const string Told = $"""
        update {NoticeContacts.Table} set told = $3, tries = 0, tried_at = null, unsure = 0 where site = $1 and id = $2
        """;

    const string Drop = $"update {NoticeContacts.Table} set has_address = false where site = $1 and id = $2";

    const string PutOff = $"""
        update {NoticeContacts.Table} set tries = tries + 1, unsure = unsure + $3, tried_at = coalesce(tried_at, $4), due_at = $5
        where site = $1 and id = $2
        """;

    public Task<List<DueNoticeMail>> DueAsync(CancellationToken ct) => DueAsync(null, ct);

    /// <summary>A mail as it is to be sent now: others were sent since, and meanwhile its sender may have been erased.</summary>
    /// <returns>Null: there is nothing to tell them any more.</returns>
    public async Task<DueNoticeMail?> AgainAsync(DueNoticeMail mail, CancellationToken ct) =>
        (await DueAsync(mail.Notice.Id, ct)).Find(m => m.Notice.Site == mail.Notice.Site);

    async Task<List<DueNoticeMail>> DueAsync(Guid? notice, CancellationToken ct)
    {
        var (due, now) = (new List<DueNoticeMail>(), clock.GetUtcNow());
        await using var command = database.CreateCommand(Due, now, Most, now - options.GiveUpAfter);
        command.Parameters.Add(
            new() { Value = (object?)notice ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            due.Add(
                new(
                    NoticeRows.Read(reader),
                    reader.GetString(NoticeRows.ColumnCount),
                    reader.Text(NoticeRows.ColumnCount + 1),
                    RowStore.SettingsOf(reader.GetString(NoticeRows.ColumnCount + 2)),
                    reader.GetFieldValue<byte[]>(NoticeRows.ColumnCount + 3),
                    reader.GetInt32(NoticeRows.ColumnCount + 4),
                    reader.Time(NoticeRows.ColumnCount + 5),
                    reader.GetInt32(NoticeRows.ColumnCount + 6)
                )
            );
        return due;
    }

    /// <returns>Null: there is no address that can be read.</returns>
    public MimeMessage? Make(DueNoticeMail mail, DateTimeOffset now) =>
        contacts.Open(mail.Notice.Site, mail.Notice.Id, mail.Sealed) is { Email: { } said }
        && EmailAddress.Of(said) is { } address
            ? NoticeMessage.Make(mail, options, address, now)
            : null;

    /// <summary>Keeps how an attempt ended; that the mail server was away says nothing about a mail.</summary>
    public async Task SettleAsync(DueNoticeMail mail, MailOutcome outcome)
    {
        var (now, site, id) = (clock.GetUtcNow().ToMicroseconds(), mail.Notice.Site, mail.Notice.Id);
        await using var batch = database.CreateBatch();
        if (outcome == MailOutcome.AddressRefused)
            batch.Add(Drop, site, id);
        else if (MailPace.IsOver(options, mail, outcome, now))
            batch.Add(Told, site, id, mail.Tells);
        else
            batch.Add(
                PutOff,
                site,
                id,
                outcome == MailOutcome.AnswerLost ? 1 : 0,
                now,
                now + MailPace.Doubled(options, mail.Tries, Random.Shared.NextDouble())
            );
        // that it was sent must be kept, whoever wants to stop meanwhile
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }
}

/// <summary>Makes such a mail.</summary>
static class NoticeMessage
{
    const int MaxName = 80;
    const int MaxSubject = 150;

    public static MimeMessage Make(
        DueNoticeMail mail,
        SmtpOptions options,
        string address,
        DateTimeOffset now
    )
    {
        var (notice, texts) = (mail.Notice, NoticeTexts.Of(mail.Site.Language));
        var siteName = MailBody.OneLine(mail.Site.Name ?? notice.Site, MaxName);
        var lines = Lines(mail, texts).ToList();
        var footer = NoticeTexts.Fill(texts.Because, siteName);
        var link = mail.Page is { } page ? $"{page.Split('#')[0]}#comment-{notice.CommentId}" : null;
        var domain = MailboxAddress.EncodeAddrspec(options.From.Address).Split('@')[^1];
        var subject = notice.End is null ? texts.ReceiptSubject : texts.DecisionSubject;
        var message = new MimeMessage
        {
            MessageId = $"{mail.Id:N}@{domain}",
            Date = now,
            Subject = MailBody.OneLine(NoticeTexts.Fill(subject, mail.Title), MaxSubject),
            Body = new MultipartAlternative
            {
                new TextPart("plain")
                {
                    Text =
                        $"{string.Join("\n\n", [.. lines, .. link is null ? (string[])[] : [link]])}\n\n-- \n{footer}\n",
                },
                new TextPart("html") { Text = HtmlOf(texts, siteName, lines, link, footer).Text },
            },
        };
        message.From.Add(
            new MailboxAddress(
                options.From.Name is { Length: > 0 } name ? name : siteName,
                options.From.Address
            )
        );
        message.To.Add(new MailboxAddress("", address));
        // both mails about a notice are kept together
        var beginning = $"{notice.Id:N}@{domain}";
        message.InReplyTo = beginning;
        message.References.Add(beginning);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    static IEnumerable<string> Lines(DueNoticeMail mail, NoticeTexts texts)
    {
        if (mail.Notice.End is not { } end)
            yield return NoticeTexts.Fill(texts.Receipt, mail.Title);
        else
        {
            yield return NoticeTexts.Fill(
                mail.Notice.Reversal is not null ? texts.Reversed
                    : end.Outcome == NoticeOutcome.Upheld ? texts.Upheld
                    : texts.Dismissed,
                mail.Title
            );
            yield return texts.Why(mail.Notice)!.Text;
            if (end.Outcome != NoticeOutcome.Overtaken)
            {
                yield return texts.Automation;
                yield return texts.Redress;
            }
        }
        yield return $"{texts.Number}: {mail.Notice.Id}";
    }

    static Html HtmlOf(NoticeTexts texts, string siteName, List<string> lines, string? link, string footer) =>
        Html.Of(
            $"""
            <!doctype html>
            <html lang="{texts.Language}">
            <head><meta charset="utf-8"><title>{siteName}</title></head>
            <body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:600px">
            {Html.Join(lines.Select(l => Html.Of($"<p>{l}</p>\n")))}{(
                link is null ? default : Html.Of($"<p><a href=\"{link}\">{link}</a></p>\n")
            )}<p style="color:#5f6368;font-size:13px">{footer}</p>
            </body>
            </html>

            """
        );
}
