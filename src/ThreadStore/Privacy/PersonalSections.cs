using ThreadStore.EventStore;
using ThreadStore.Identity;
using ThreadStore.Inbox;
using ThreadStore.Mail;
using ThreadStore.Rows;

namespace ThreadStore.Privacy;

/// <summary>A part of the document on a person: rows of JSON, one column each.</summary>
/// <param name="IsOne">One object or null, instead of an array.</param>
/// <param name="Within">The member that it is in; null: the document's own.</param>
sealed record PersonalSection(string Name, string Sql, bool IsOne = false, string? Within = null)
{
    /// <summary>Its rows have a member <c>sealed</c>, or are one <c>kept</c>, which is opened.</summary>
    public bool IsSealed { get; init; }
}

/// <summary>What the document on a person is made of, as SQL. <c>$1</c> to <c>$4</c> are those of <see cref="PersonalEvents"/>;
/// <c>$5</c> says whether it is for administrators. A person may have written a hundred thousand comments, so the database
/// puts it together, of events by JSON paths (see EventTables).</summary>
static class PersonalSections
{
    const string Schema = ReaderTables.Schema;

    static string Time(string column) =>
        $"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""";

    /// <summary>Whoever is shadowed must not find out: see <see cref="Comments.HoldReasons.ToldOf"/>.</summary>
    const string IsTold = """
        (not $5 and c.state = 'rejected' and c.removed_by = 'rule' and coalesce(c.reasons, '[]')::jsonb @> '[{"rule":"shadow"}]'
          and not c.reasons::jsonb @> '[{"rule":"bannedWord"}]' and not c.reasons::jsonb @> '[{"rule":"bannedPattern"}]')
        """;

    static readonly string Decisions = EventCatalogue.Sql(static e =>
        e.Stream is "comment" or "commenter" && e.InReplays is not null and not "appeal"
    );

    static readonly string NotForThem = EventCatalogue.Sql(static e => e.SeenBy == Audience.Moderators);

    /// <param name="everywhere">See <see cref="PersonalEvents.Of"/>.</param>
    public static IEnumerable<PersonalSection> Of(bool everywhere)
    {
        yield return new(
            "profile",
            $"""
            select json_build_object('key', r.key, 'name', r.name, 'picture', r.picture, 'joinedAt', {Time(
                "r.joined_at"
            )},
              'commentCount', r.comment_count + case when $5 then 0 else r.shadowed_count end,
              'reactionsReceived', r.reactions_received,
              'standing', case when not $5 and r.standing = 'shadowed' then 'good' else r.standing end,
              'standingUntil', {Time("r.standing_until")},
              'standingReason', case when not $5 and r.standing = 'shadowed' then null else r.standing_reason end,
              'warning', r.warning, 'signedOutAt', {Time("s.signed_out_at")})
            from {Schema}.commenter_rows r
            left join {IdentityTables.SignOuts} s on s.site = r.site and s.commenter_id = r.id
            where r.site = $1 and r.id = $2
            """,
            IsOne: true
        );
        yield return new(
            "email",
            $"select json_build_object('kept', m.address) from {MailTables.Addresses} m where m.site = $1 and m.commenter_id = $2",
            IsOne: true
        )
        {
            IsSealed = true,
        };
        yield return new(
            "comments",
            $$"""
            select json_build_object('id', c.id, 'article', a.key, 'parentId', c.parent_id,
              'state', case when {{IsTold}} then case when jsonb_array_length(c.reasons::jsonb) > 1 then 'pending' else 'published' end
                else c.state end,
              'removedBy', case when {{IsTold}} and jsonb_array_length(c.reasons::jsonb) = 1 then null else c.removed_by end,
              'createdAt', {{Time("c.posted_at")}}, 'editedAt', {{Time(
                "c.edited_at"
            )}}, 'featured', c.is_featured,
              'locked', c.is_locked,
              'reactions', c.reactions::json,
              'versions', (
                select json_agg(json_build_object('at', coalesce(e.data->>'postedAt', e.data->>'at'), 'body', e.data->>'body',
                  'format', e.data->>'format', 'name', e.data#>>'{author,name}', 'picture', e.data#>>'{author,picture}',
                  'badges', e.data#>'{author,badges}', 'source', nullif(e.data->'source', 'null')) order by e.version)
                from {{EventTables.Events}} e where e.tenant_id = $1 and e.stream_id = c.id
                  and e.type in ('comment-posted', 'comment-edited')))
            from {{Schema}}.comment_rows c join {{Schema}}.article_rows a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.author_id = $2 order by c.posted_at, c.id
            """
        );
        yield return new(
            "reactions",
            $"""
            select json_build_object('comment', r.comment_id, 'article', a.key, 'kind', r.kind, 'at', {Time(
                "r.placed_at"
            )})
            from {Schema}.reaction_rows r join {Schema}.article_rows a on a.site = r.site and a.id = r.article_id
            where r.site = $1 and r.commenter_id = $2 and r.kind is not null order by r.placed_at, r.id
            """
        );
        yield return new(
            "flags",
            $"""
            select json_build_object('comment', f.comment_id, 'article', a.key, 'reason', f.reason, 'note', f.note,
              'at', {Time("f.flagged_at")})
            from {Schema}.flag_rows f join {Schema}.article_rows a on a.site = f.site and a.id = f.article_id
            where f.site = $1 and f.commenter_id = $2 order by f.flagged_at, f.id
            """
        );
        yield return new(
            "reports",
            $"""
            select json_build_object('id', n.id, 'comment', n.comment_id, 'article', a.key, 'reason', n.reason,
              'explanation', n.explanation, 'at', {Time("n.received_at")},
              'state', case when n.outcome is null then 'received' when n.outcome = 'upheld' and n.reversed_by is null then 'upheld' else 'dismissed' end,
              'decidedAt', {Time("coalesce(n.reversed_at, n.ended_at)")}, 'sealed', encode(k.sealed, 'hex'))
            from {Schema}.notice_rows n join {Schema}.article_rows a on a.site = n.site and a.id = n.article_id
            left join {Notices.NoticeContacts.Table} k on k.site = n.site and k.id = n.id
            where n.site = $1 and n.commenter_id = $2 order by n.received_at, n.id
            """
        )
        {
            IsSealed = true,
        };
        yield return new(
            "decisions",
            $"""
            select json_build_object('position', e.seq_id, 'at', {Time(
                "e.timestamp"
            )}, 'type', e.type, 'comment', c.id,
              'by', case when $5 or e.data->>'by' = $3 then e.data->>'by' else 'moderator' end,
              'reason', coalesce(e.data->>'reason', e.data->>'message', e.data->>'rule'),
              'note', case when $5 then coalesce(e.data->>'note', e.data->>'text') end, 'until', e.data->>'until')
            from (
              select $2::uuid as id union all select c.id from {Schema}.comment_rows c where c.site = $1 and c.author_id = $2
            ) o
            join {EventTables.Events} e on e.tenant_id = $1 and e.stream_id = o.id
            left join {Schema}.comment_rows c on c.site = $1 and c.id = o.id
            where e.type in {Decisions} and ($5 or e.type not in {NotForThem}) order by e.seq_id
            """
        );
        yield return new(
            "appeals",
            $"""
            select json_build_object('id', p.id, 'comment', p.comment_id, 'text', p.text, 'at', {Time(
                "p.appealed_at"
            )},
              'outcome', p.outcome, 'reason', p.reason, 'answeredAt', {Time("p.answered_at")})
            from {Schema}.appeal_rows p where p.site = $1 and p.author_id = $2 order by p.appealed_at, p.id
            """
        );
        yield return new(
            "notifications",
            $"""
            select json_build_object('type', n.type, 'at', {Time(
                "n.at"
            )}, 'read', n.position <= coalesce(r.up_to, 0),
              'comment', n.comment_id, 'by', b.key)
            from {InboxTables.Notifications} n
            left join {InboxTables.Reads} r on r.site = n.site and r.commenter_id = n.commenter_id
            left join {Schema}.commenter_rows b on b.site = n.site and b.id = n.by_id
            left join {Schema}.comment_rows c on c.site = n.site and c.id = n.comment_id
            where n.site = $1 and n.commenter_id = $2 and (n.by_id is null or c.state = 'published') order by n.position
            """
        );
        yield return new(
            "ignored",
            $"""
            select json_build_object('key', r.key, 'since', {Time("i.since")})
            from {IgnoredTable.Name} i join {Schema}.commenter_rows r on r.site = i.site and r.id = i.ignored_id
            where i.site = $1 and i.commenter_id = $2 order by i.since, r.key
            """,
            Within: "preferences"
        );
        yield return new(
            "email",
            $"""
            select json_build_object('replies', m.replies, 'decisions', m.decisions, 'mentions', m.mentions)
            from {MailTables.Preferences} m where m.site = $1 and m.commenter_id = $2
            """,
            IsOne: true,
            Within: "preferences"
        );
        var (with, from) = PersonalEvents.Of(everywhere);
        yield return new(
            "acts",
            $"""
            {with}
            select json_build_object('position', e.seq_id, 'at', {Time(
                "e.timestamp"
            )}, 'type', e.type, 'stream', e.stream_id,
              'said', coalesce(e.data->>'note', e.data->>'message', e.data->>'text', e.data->>'reason'))
            {from} and o.id is null and e.data->>'by' = $3 order by e.seq_id
            """
        );
    }

    /// <summary>Tables beside the history, and which of their rows are a person's: <c>$1</c> to <c>$4</c>.</summary>
    public static readonly IReadOnlyDictionary<string, string> Rows = new Dictionary<string, string>
    {
        ["commenter_rows"] = "r.id = $2",
        ["comment_rows"] = "r.author_id = $2 or r.decided_by = $3",
        ["reaction_rows"] = "r.commenter_id = $2",
        ["flag_rows"] = "r.commenter_id = $2",
        ["notice_rows"] = "r.commenter_id = $2",
        ["notice_contacts"] =
            $"r.id in (select n.id from {Schema}.notice_rows n where n.site = $1 and n.commenter_id = $2)",
        ["appeal_rows"] = "r.author_id = $2 or r.decided_by = $3 or r.answered_by = $3",
        ["decision_rows"] = "r.commenter_id = $2 or r.by_id = $2",
        ["request_rows"] = $$"""
            r.id in (
              with own as ({{PersonalEvents.Own}}) select (e.data #>> '{request,id}')::uuid
              from own o join {{EventTables.Events}} e on e.tenant_id = $1 and e.stream_id = o.id where e.data->>'by' = $3)
            """,
        ["search_rows"] = "r.author_id = $2",
        ["report_comments"] = "r.author_id = $2",
        ["report_facts"] = "r.actor = $3 or r.person = $2",
        ["comment_claims"] = "r.claimed_by = $3",
        ["site_keys"] = "r.created_by = $3",
        ["api_keys"] = "r.created_by = $3",
        ["admin_log"] = "r.by = $3 or r.target = $3",
        ["sign_outs"] = "r.commenter_id = $2",
        ["ignored_commenters"] = "r.commenter_id = $2",
        ["notifications"] = "r.commenter_id = $2",
        ["notification_reads"] = "r.commenter_id = $2",
        ["mail_preferences"] = "r.commenter_id = $2",
        ["mail_addresses"] = "r.commenter_id = $2",
        ["mail_outbox"] = "r.commenter_id = $2",
        ["webhook_deliveries"] = "r.subject = $2",
        ["erasures"] = "r.subject = $3 or r.asked_by = $3",
        ["import_problems"] = $"""
            strpos(r.line, to_json($3::text)::text) > 0 or strpos(r.line, (
              select to_json(c.name)::text from {Schema}.commenter_rows c where c.site = $1 and c.id = $2)) > 0
            """,
    };

    /// <summary>What none is told of: secrets, what is encrypted and told in a section of its own, and what is of no use to a
    /// person.</summary>
    const string Without = "array['hash', 'sealed', 'address', 'words', 'key_hash']";

    public static PersonalSection RowsOf(string table) =>
        new(
            table,
            $"select to_jsonb(r) - {Without} from {Schema}.{table} r where r.site = $1 and ({Rows[table]})",
            Within: "rows"
        );

    /// <summary>Tables that are not looked through for a person by themselves: their rows are in <c>events</c>, are a file of
    /// many, or name the writer of an article.</summary>
    public static readonly IReadOnlyList<string> Elsewhere =
    [
        EventTables.StreamsName,
        EventTables.EventsName,
        "import_parts",
        "article_rows",
    ];
}
