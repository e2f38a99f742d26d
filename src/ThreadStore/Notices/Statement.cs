using System.Globalization;
using System.Text.Json.Serialization;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Notices;

/// <summary>
/// A statement of reasons in the shape that the EU's DSA Transparency Database takes, member by member, so that a line can be
/// sent there as it is. Nothing personal is in it: no text of a commenter, notifier or moderator.
/// </summary>
/// <remarks>
/// After the rules by which the database's API v1 takes statements, and its list of attributes, as published in its source
/// (github.com/digital-services-act/transparency-database, commit 69e80a0b of 24 June 2026).
/// </remarks>
/// <param name="Puid">Unlike that of any other statement: the event's position and its id. Whoever has read up to a line goes
/// on by <c>after</c> with the number that it begins with.</param>
public sealed record Statement(
    [property: JsonPropertyName("decision_visibility")] IReadOnlyList<string>? DecisionVisibility,
    [property: JsonPropertyName("decision_provision")] string? DecisionProvision,
    [property: JsonPropertyName("decision_account")] string? DecisionAccount,
    [property: JsonPropertyName("decision_ground")] string DecisionGround,
    [property: JsonPropertyName("illegal_content_legal_ground")] string? IllegalContentLegalGround,
    [property: JsonPropertyName("illegal_content_explanation")] string? IllegalContentExplanation,
    [property: JsonPropertyName("incompatible_content_ground")] string? IncompatibleContentGround,
    [property: JsonPropertyName("incompatible_content_explanation")] string? IncompatibleContentExplanation,
    [property: JsonPropertyName("content_type")] IReadOnlyList<string> ContentType,
    [property: JsonPropertyName("content_type_other")] string? ContentTypeOther,
    [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("category_specification")] IReadOnlyList<string>? CategorySpecification,
    [property: JsonPropertyName("content_language")] string? ContentLanguage,
    [property: JsonPropertyName("content_date")] string ContentDate,
    [property: JsonPropertyName("application_date")] string ApplicationDate,
    [property: JsonPropertyName("end_date_account_restriction")] string? EndDateAccountRestriction,
    [property: JsonPropertyName("decision_facts")] string DecisionFacts,
    [property: JsonPropertyName("source_type")] string SourceType,
    [property: JsonPropertyName("automated_detection")] string AutomatedDetection,
    [property: JsonPropertyName("automated_decision")] string AutomatedDecision,
    [property: JsonPropertyName("puid")] string Puid
)
{
    /// <summary>The database takes dates between these.</summary>
    static readonly DateTimeOffset FirstContent = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset FirstDecision = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Last = new(2038, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="language">The site's setting.</param>
    public static Statement Of(LegalFact fact, Restriction r, string language)
    {
        var isIllegal = r.Ground == RejectReason.Illegal.Word();
        var (category, keyword) = StatementCategories.Of(r.Ground, isIllegal ? fact.Notice : null);
        var isAccount =
            r.Kind
            is RestrictionKind.Suspended
                or RestrictionKind.Banned
                or RestrictionKind.Shadowed
                or RestrictionKind.Premoderated;
        var ground = StatementCategories.Words(r.Ground);
        var why = Why(r, ground);
        return new(
            Visibility(r.Kind) is { } visibility ? [visibility] : null,
            r.Kind is RestrictionKind.Shadowed or RestrictionKind.Premoderated
                ? "DECISION_PROVISION_PARTIAL_SUSPENSION"
                : null,
            Account(r),
            isIllegal ? "DECISION_GROUND_ILLEGAL_CONTENT" : "DECISION_GROUND_INCOMPATIBLE_CONTENT",
            isIllegal ? $"The law on {StatementCategories.Law(fact.Notice)}, as a moderator judged it" : null,
            isIllegal ? why : null,
            isIllegal ? null : $"The rules of the discussion: {ground}",
            isIllegal ? null : why,
            [isAccount ? "CONTENT_TYPE_OTHER" : "CONTENT_TYPE_TEXT"],
            isAccount ? "Account" : null,
            category,
            keyword is null ? null : [keyword],
            StatementCategories.Language(language),
            Date(fact.Since ?? r.At, FirstContent),
            Date(r.At, FirstDecision),
            isAccount && r.Until is { } until && until <= Last ? Date(until, FirstDecision) : null,
            Facts(r),
            r.Source switch
            {
                RestrictionSource.Notice => "SOURCE_ARTICLE_16",
                RestrictionSource.Flags => "SOURCE_TYPE_OTHER_NOTIFICATION",
                _ => "SOURCE_VOLUNTARY",
            },
            r.ByRule ? "Yes" : "No",
            r.Means == DecisionMeans.Rule ? "AUTOMATED_DECISION_FULLY" : "AUTOMATED_DECISION_NOT_AUTOMATED",
            string.Create(CultureInfo.InvariantCulture, $"{fact.Position}-{fact.Id}")
        );
    }

    static string? Visibility(RestrictionKind kind) =>
        kind switch
        {
            RestrictionKind.Rejected => "DECISION_VISIBILITY_CONTENT_DISABLED",
            RestrictionKind.Removed => "DECISION_VISIBILITY_CONTENT_REMOVED",
            RestrictionKind.Locked => "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
            _ => null,
        };

    static string? Account(Restriction r) =>
        r.Kind switch
        {
            RestrictionKind.Banned when r.Until is null => "DECISION_ACCOUNT_TERMINATED",
            RestrictionKind.Banned or RestrictionKind.Suspended => "DECISION_ACCOUNT_SUSPENDED",
            _ => null,
        };

    static string Why(Restriction r, string ground) =>
        r.Means == DecisionMeans.Rule ? $"A rule of the site found that the comment is not allowed: {ground}."
        : r.Kind is RestrictionKind.Rejected or RestrictionKind.Removed
            ? $"A moderator judged the comment: {ground}."
        : $"A moderator judged so: {ground}.";

    static string Facts(Restriction r)
    {
        var what = r.Kind switch
        {
            RestrictionKind.Rejected => "A comment in a discussion below an article was kept from readers",
            RestrictionKind.Removed => "A comment in a discussion below an article was deleted",
            RestrictionKind.Locked => "Replies below a comment were closed",
            RestrictionKind.Suspended => "A commenter may not write for a time",
            RestrictionKind.Banned => "A commenter may write no more",
            RestrictionKind.Shadowed => "What a commenter writes is shown to nobody else",
            _ => "All that a commenter writes is looked at before it is published",
        };
        var after = r.Source switch
        {
            RestrictionSource.Notice => ", after a notice of illegal content",
            RestrictionSource.Flags => ", after readers had flagged it",
            _ => "",
        };
        return $"{what}{after}, by {(r.Means == DecisionMeans.Rule ? "a rule of the site" : "a moderator")}.";
    }

    static string Date(DateTimeOffset at, DateTimeOffset first) =>
        (
            at < first ? first
            : at > Last ? Last
            : at
        ).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
