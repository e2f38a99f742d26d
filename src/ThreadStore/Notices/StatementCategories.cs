using ThreadStore.Comments;

namespace ThreadStore.Notices;

/// <summary>What grounds of decisions and reasons of notices are in the words of the EU's transparency database.</summary>
public static class StatementCategories
{
    const string TermsAndConditions = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC";
    const string Speech = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH";

    /// <summary>Its category, and its keyword where one says more.</summary>
    public static (string Category, string? Keyword) Of(NoticeReason reason) =>
        reason switch
        {
            NoticeReason.HateSpeech => (Speech, "KEYWORD_HATE_SPEECH"),
            NoticeReason.Defamation => (Speech, "KEYWORD_DEFAMATION"),
            NoticeReason.IllegalSpeech => (Speech, null),
            NoticeReason.Violence => ("STATEMENT_CATEGORY_VIOLENCE", null),
            NoticeReason.PublicSecurity => ("STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY", null),
            NoticeReason.ChildAbuse => (
                "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
                "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"
            ),
            NoticeReason.ProtectionOfMinors => ("STATEMENT_CATEGORY_PROTECTION_OF_MINORS", null),
            NoticeReason.CyberViolence => ("STATEMENT_CATEGORY_CYBER_VIOLENCE", null),
            NoticeReason.CyberViolenceAgainstWomen => (
                "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
                null
            ),
            NoticeReason.Privacy => ("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", null),
            NoticeReason.IntellectualProperty => (
                "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
                null
            ),
            NoticeReason.Fraud => ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", null),
            NoticeReason.ConsumerInformation => ("STATEMENT_CATEGORY_CONSUMER_INFORMATION", null),
            NoticeReason.UnsafeProducts => ("STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS", null),
            NoticeReason.SelfHarm => ("STATEMENT_CATEGORY_SELF_HARM", null),
            NoticeReason.CivicDiscourse => (
                "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
                null
            ),
            NoticeReason.AnimalWelfare => ("STATEMENT_CATEGORY_ANIMAL_WELFARE", null),
            NoticeReason.Illegal => ("STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE", null),
            _ => (TermsAndConditions, "KEYWORD_OTHER"),
        };

    /// <param name="ground">The word of a reason, or the name of a rule.</param>
    /// <param name="notice">What notice was given for, where a comment was rejected as illegal.</param>
    public static (string Category, string? Keyword) Of(string ground, NoticeReason? notice) =>
        (Kernel.Words.TryParse<RejectReason>(ground), notice) switch
        {
            (RejectReason.Illegal, null or NoticeReason.Illegal or NoticeReason.Other) => (Speech, null),
            (RejectReason.Illegal, { } reason) => Of(reason),
            (RejectReason.Offensive, _) => (Speech, null),
            (RejectReason.Harassment, _) => ("STATEMENT_CATEGORY_CYBER_VIOLENCE", "KEYWORD_CYBER_HARASSMENT"),
            (RejectReason.Misinformation, _) => (
                "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
                "KEYWORD_MISINFORMATION_DISINFORMATION"
            ),
            _ => (TermsAndConditions, "KEYWORD_OTHER"),
        };

    /// <summary>A ground in words that end a sentence; a rule by its name.</summary>
    public static string Words(string ground) =>
        Kernel.Words.TryParse<RejectReason>(ground) is { } reason ? NoticeLanguages.English.Grounds[reason]
        : ground == Restriction.Conduct ? "conduct in the discussion"
        : $"the rule {ground}";

    /// <summary>What the law is about that was broken.</summary>
    public static string Law(NoticeReason? notice) =>
        notice switch
        {
            NoticeReason.HateSpeech => "incitement to hatred",
            NoticeReason.Defamation => "defamation",
            NoticeReason.Violence => "violence",
            NoticeReason.PublicSecurity => "terrorism and public security",
            NoticeReason.ChildAbuse => "sexual abuse of children",
            NoticeReason.ProtectionOfMinors => "the protection of minors",
            NoticeReason.CyberViolence or NoticeReason.CyberViolenceAgainstWomen =>
                "violence by digital means",
            NoticeReason.Privacy => "data protection and privacy",
            NoticeReason.IntellectualProperty => "intellectual property",
            NoticeReason.Fraud => "fraud",
            NoticeReason.ConsumerInformation => "what consumers must be told",
            NoticeReason.UnsafeProducts => "unsafe and prohibited products",
            NoticeReason.SelfHarm => "the promotion of self-harm",
            NoticeReason.CivicDiscourse => "elections",
            NoticeReason.AnimalWelfare => "animal welfare",
            _ => "what may be said in public",
        };

    /// <summary>Of a text search configuration of PostgreSQL, as sites name their language; null where it is none.</summary>
    public static string? Language(string configuration) =>
        configuration switch
        {
            "arabic" => "AR",
            "armenian" => "HY",
            "basque" => "EU",
            "catalan" => "CA",
            "danish" => "DA",
            "dutch" => "NL",
            "english" => "EN",
            "finnish" => "FI",
            "french" => "FR",
            "german" => "DE",
            "greek" => "EL",
            "hindi" => "HI",
            "hungarian" => "HU",
            "indonesian" => "ID",
            "irish" => "GA",
            "italian" => "IT",
            "lithuanian" => "LT",
            "nepali" => "NE",
            "norwegian" => "NO",
            "portuguese" => "PT",
            "romanian" => "RO",
            "russian" => "RU",
            "serbian" => "SR",
            "spanish" => "ES",
            "swedish" => "SV",
            "tamil" => "TA",
            "turkish" => "TR",
            "yiddish" => "YI",
            _ => null,
        };
}
