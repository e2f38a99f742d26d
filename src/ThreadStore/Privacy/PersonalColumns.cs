using ThreadStore.EventStore;

namespace ThreadStore.Privacy;

public static partial class PersonalData
{
    const string UntilErased = "until it is done";
    const string FromEvents = "made from the events, to be read at once";

    const string WhileWanted = "until they want no more mail";

    static PersonalDatum Row(string where, string what, string why, string until) =>
        new(where, what, why, WhenErased.Deleted, until);

    /// <summary>Columns of tables, ids that follow from somebody's key among them.</summary>
    public static readonly IReadOnlyList<PersonalDatum> Columns =
    [
        // the history
        Key($"{EventTables.StreamsName}.id", "a stream that is found by their key", "events are found by it"),
        Key(
            $"{EventTables.EventsName}.stream_id",
            "a stream that is found by their key",
            "events are found by it"
        ),
        Text(
            $"{EventTables.EventsName}.data",
            "what happened: see the members of events",
            "all else is made from it"
        ),
        // reader rows
        Key("commenter_rows.id", "them, by an id that follows from their key", FromEvents),
        Key("commenter_rows.key", "their key", FromEvents),
        Text("commenter_rows.name", "what they are called", FromEvents),
        Text("commenter_rows.picture", "their picture", FromEvents),
        Text("commenter_rows.standing_reason", "why they have their standing", FromEvents),
        Text("commenter_rows.warning", "what they have to acknowledge", FromEvents),
        Key("comment_rows.author_id", "who wrote it", FromEvents),
        Text("comment_rows.author", "who wrote it, as they were called", FromEvents),
        Text("comment_rows.content", "what they wrote", FromEvents),
        Text("comment_rows.request_hash", "a hash of what they sent", FromEvents),
        Text("comment_rows.reasons", "the words for which it is held", FromEvents),
        Key("comment_rows.decided_by", "who decided on it", FromEvents),
        Key("reaction_rows.id", "the stream of their reaction", FromEvents),
        Key("reaction_rows.commenter_id", "who reacted", FromEvents),
        Key("flag_rows.id", "the stream of their flag", FromEvents),
        Key("flag_rows.commenter_id", "who flagged", FromEvents),
        Text("flag_rows.note", "what they wrote with it", FromEvents),
        Key("notice_rows.commenter_id", "who gave the notice, where they had a token", FromEvents),
        Text("notice_rows.explanation", "why they hold the comment to be illegal", FromEvents),
        Key("appeal_rows.author_id", "who appealed", FromEvents),
        Text("appeal_rows.text", "why", FromEvents),
        Text("appeal_rows.reason", "what they were answered", FromEvents),
        Key("appeal_rows.decided_by", "who took the decision", FromEvents),
        Key("appeal_rows.answered_by", "who answered", FromEvents),
        Key("decision_rows.stream", "who, or what, was decided on", FromEvents),
        Key("decision_rows.commenter_id", "whose it was", FromEvents),
        Key("decision_rows.by_id", "who decided", FromEvents),
        Text("request_rows.body_hash", "a hash of what was sent under an Idempotency-Key", FromEvents),
        // what lags
        Key("search_rows.author_id", "who wrote it", FromEvents),
        Text("search_rows.body", "the words that they wrote", FromEvents),
        Text("search_rows.words", "the words that they wrote", FromEvents),
        Key("report_comments.author_id", "who wrote it", FromEvents),
        Key("report_facts.actor", "the moderator who did it", FromEvents),
        Key("report_facts.person", "who reacted or flagged", FromEvents),
        // moderators and administrators at work
        Row(
            "comment_claims.claimed_by",
            "the moderator who looks at it",
            "two don't do the same",
            "5 minutes"
        ),
        Key("site_keys.created_by", "who gave the key", Accountability),
        Key("api_keys.created_by", "who made the key", Accountability),
        Key("admin_log.by", "which administrator did it", Accountability),
        Key("admin_log.target", "to whom it was done, where it was done to a person", Accountability),
        // sign-outs must hold, or a stolen token would be good again
        Kept(
            "sign_outs.commenter_id",
            "who signed out, by an id that says nothing to who does not know the key",
            "tokens that were taken back stay so"
        ),
        // what is for them alone
        Row("ignored_commenters.commenter_id", "who ignores", "they asked for it", "until they end it"),
        Row("ignored_commenters.ignored_id", "whom they ignore", "they asked for it", "until they end it"),
        Row("notifications.commenter_id", "who is told", "they are told of it", WithTheSite),
        Row("notifications.by_id", "who wrote what they are told of", "they are told of it", WithTheSite),
        Row("notification_reads.commenter_id", "who has read it", "what is unread is counted", WithTheSite),
        Row("mail_preferences.commenter_id", "who wants mail", "they asked for it", WhileWanted),
        Row("mail_preferences.replies", "how often, about answers", "they asked for it", WhileWanted),
        Row("mail_preferences.decisions", "how often, about decisions", "they asked for it", WhileWanted),
        Row("mail_preferences.mentions", "how often, about mentions", "they asked for it", WhileWanted),
        Row("mail_addresses.commenter_id", "whose address it is", "they are written to", WhileWanted),
        Row("mail_addresses.address", "their e-mail address, encrypted", "they are written to", WhileWanted),
        Row("mail_outbox.commenter_id", "who is to be written to", "they are written to", "until it is sent"),
        Row("mail_outbox.mail_id", "a mail to them", "it is known when it is repeated", "until it is sent"),
        // notices: who gave them, which no event says
        Text(
            "notice_contacts.sealed",
            "the name and the e-mail address of who gave a notice, encrypted",
            "they are told that it came, and what became of it",
            "183 days after the decision"
        ),
        // on its way out
        Key(
            "webhook_deliveries.subject",
            "whom, or what, it is about",
            "nothing overtakes another message about the same"
        ),
        Text("import_problems.line", "what was wrong with a record of an import", "administrators read it"),
        new(
            "import_parts.data",
            "the file of an import that is under way",
            "it is read to its end",
            WhenErased.Kept,
            "until the import ends; who was erased is left out of what it makes"
        ),
        // erasures themselves
        Kept(
            "erasures.key_hash",
            "a hash of the id that follows from their key, with a key from the configuration",
            "they stay erased after an import, or a restored backup"
        ),
        Text(
            "erasures.subject",
            "who is to be erased",
            "it is done even if the server ends meanwhile",
            UntilErased
        ),
        Text(
            "erasures.random",
            "the key that takes the place of theirs",
            "the same, however often it is tried",
            UntilErased
        ),
        Text("erasures.asked_by", "who asked for it", Accountability, UntilErased),
        // whoever wrote the article is the publisher's to name
        Kept("article_rows.author", "who wrote the article", "the publisher says it, of its own staff"),
    ];

    /// <summary>Columns with text or ids in them that say nothing of a person, whatever they hold.</summary>
    public static readonly IReadOnlyList<string> NothingPersonalColumns =
    [
        // of nobody: which site, article, comment, decision or event; and words that are ours
        "*.site",
        "*.tenant_id",
        "*.id",
        "*.article_id",
        "*.comment_id",
        "*.parent_id",
        "*.under",
        "*.posted_on",
        "*.moved_to",
        "*.decision",
        "*.lock_decision",
        "*.appeal",
        "*.settled_by",
        "*.event",
        "*.subject",
        "*.comments",
        "*.state",
        "*.removed_by",
        "*.kind",
        "*.type",
        "*.means",
        "*.outcome",
        "notice_rows.reason",
        "notice_rows.ended_by",
        "notice_rows.reversed_by",
        "notice_rows.ground",
        "notice_contacts.told",
        "*.language",
        "*.reactions",
        "*.standing",
        "*.moderation",
        "*.action",
        "flag_rows.reason",
        "report_facts.reason",
        // what publishers say of articles and sites
        "article_rows.key",
        "article_rows.title",
        "article_rows.url",
        "article_rows.urls",
        "article_rows.section",
        "article_rows.tags",
        "article_rows.body",
        "article_rows.content_hash",
        "site_rows.settings",
        "site_rows.settings_hash",
        // secrets, and what they are called
        "*.secret",
        "*.old_secret",
        "*.sealed",
        "*.hash",
        "site_keys.kid",
        "site_keys.algorithm",
        "site_secrets.name",
        "api_keys.name",
        "api_keys.roles",
        "admin_log.key",
        // who outside is called, and how that went
        "*.webhook",
        "*.recipient",
        "*.url",
        "*.taken_by",
        "*.last_error",
        "*.last_failure",
        "webhooks.name",
        "webhooks.types",
        "webhook_deliveries.attempts",
        "delivery_recipients.name",
        "delivery_progress.name",
        "inbox_progress.name",
        "broker_progress.name",
        "mail_progress.name",
        // where somebody found this server
        "mail_preferences.base_url",
        // imports: what was asked for, and counts
        "imports.format",
        "imports.site_url",
        "imports.article",
        "imports.request_hash",
        "imports.created",
        "imports.report",
        "imports.message",
        // of several databases: their names, and where they are found
        "database_pool.name",
        "database_pool.card",
        "database_pool.seal",
        "database_pool.session_seal",
        "site_homes.database",
        "site_homes.moving_to",
        "database_card.id",
        "database_card.first",
        // models, of which no text can be had, and how they are made
        "learned_models.report",
        "learned_models.weights",
        "learning_jobs.request_hash",
        "learning_jobs.message",
        // Marten's own
        .. EventTables.OwnColumns,
    ];
}
