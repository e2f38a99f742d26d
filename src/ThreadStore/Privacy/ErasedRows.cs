using ThreadStore.Identity;
using ThreadStore.Inbox;
using ThreadStore.Mail;
using ThreadStore.Moderation;
using ThreadStore.Rows;
using ThreadStore.Search;
using ThreadStore.Webhooks;

namespace ThreadStore.Privacy;

/// <summary>
/// What erasing a person does to rows, statement by statement, where it does not have to be folded from their events. Its
/// tables are those of <see cref="PersonalData.Columns"/>.
/// </summary>
/// <remarks><c>$1</c> is the site, <c>$2</c> and <c>$3</c> the person's id and key, <c>$4</c> and <c>$5</c> those that take
/// their place.</remarks>
static class ErasedRows
{
    const string Schema = ReaderTables.Schema;

    /// <summary>Whether anything is held of somebody who is in no event: what they asked for, for themselves alone.</summary>
    public const string AnyAlone = $"""
        select exists (select 1 from {MailTables.Preferences} where site = $1 and commenter_id = $2)
          or exists (select 1 from {MailTables.Addresses} where site = $1 and commenter_id = $2)
          or exists (select 1 from {MailTables.Outbox} where site = $1 and commenter_id = $2)
          or exists (select 1 from {IgnoredTable.Name} where site = $1 and commenter_id = $2)
          or exists (select 1 from {InboxTables.Reads} where site = $1 and commenter_id = $2)
        """;

    public static readonly IReadOnlyList<string> Statements =
    [
        // reader rows; comments and the commenter are folded
        $"update {Schema}.comment_rows set decided_by = $5 where site = $1 and decided_by = $3",
        $"update {Schema}.flag_rows set note = null where site = $1 and commenter_id = $2",
        $"""
            update {Schema}.flag_rows f set note = null from {Schema}.comment_rows c
            where c.site = $1 and c.author_id = $2 and f.site = c.site and f.comment_id = c.id and f.note is not null
            """,
            // as their events: see PersonalEvents.Own. Who gave notice of what they wrote is still told what became of it
            $"""
            update {Schema}.notice_rows n set explanation = '' from {Schema}.comment_rows c
            where c.site = $1 and c.author_id = $2 and n.site = c.site and n.comment_id = c.id
            """,
        $"""
            update {Notices.NoticeContacts.Table} k set sealed = null, has_address = false from {Schema}.notice_rows n
            where n.site = $1 and n.commenter_id = $2 and k.site = n.site and k.id = n.id
            """,
        $"""
            update {Schema}.notice_rows set explanation = '', commenter_id = $4 where site = $1 and commenter_id = $2
            """,
        $"""
            update {Schema}.appeal_rows set author_id = $4, text = '', reason = case when reason is not null then '' end
            where site = $1 and author_id = $2
            """,
        $"update {Schema}.appeal_rows set decided_by = $5 where site = $1 and decided_by = $3",
        $"update {Schema}.appeal_rows set answered_by = $5 where site = $1 and answered_by = $3",
        $"update {Schema}.decision_rows set stream = $4 where site = $1 and stream = $2",
        $"update {Schema}.decision_rows set commenter_id = $4 where site = $1 and commenter_id = $2",
        $"update {Schema}.decision_rows set by_id = $4 where site = $1 and by_id = $2",
        // what lags
        $"update {SearchTables.Rows} set author_id = $4, body = '', words = '' where site = $1 and author_id = $2",
        $"update {Schema}.report_comments set author_id = $4 where site = $1 and author_id = $2",
        $"update {Schema}.report_facts set actor = $5 where site = $1 and actor = $3",
        $"update {Schema}.report_facts set person = $4 where site = $1 and person = $2",
        // moderators and administrators at work
        $"delete from {ClaimTable.Name} where site = $1 and claimed_by = $3",
        $"update {IdentityTables.Keys} set created_by = $5 where site = $1 and created_by = $3",
        $"update {IdentityTables.ApiKeys} set created_by = $5 where site = $1 and created_by = $3",
        $"update {AdminLogTable.Name} set by = $5 where site = $1 and by = $3",
        $"update {AdminLogTable.Name} set target = $5 where site = $1 and target = $3",
        // what is for them alone
        $"delete from {IgnoredTable.Name} where site = $1 and (commenter_id = $2 or ignored_id = $2)",
        $"delete from {InboxTables.Notifications} where site = $1 and (commenter_id = $2 or by_id = $2)",
        $"delete from {InboxTables.Reads} where site = $1 and commenter_id = $2",
        $"delete from {MailTables.Preferences} where site = $1 and commenter_id = $2",
        $"delete from {MailTables.Addresses} where site = $1 and commenter_id = $2",
        $"delete from {MailTables.Outbox} where site = $1 and commenter_id = $2",
        // on its way out
        $"update {WebhookTables.Deliveries} set subject = $4 where site = $1 and subject = $2",
    ];
}
