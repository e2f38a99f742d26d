using System.Text.Json.Nodes;
using ThreadStore.Identity;

namespace ThreadStore.OpenApi;

/// <summary>Examples of what administrators send and get who say who may speak. No secret in them is any.</summary>
static class IdentityExamples
{
    public const string Kid = "2026-05";
    public static readonly Guid ApiKey = new("0198c0de-0000-7000-8000-000000000077");

    static readonly SiteKeyView Key = new(Kid, "ES256", null, OpenApiExamples.Written, "root");
    static readonly ApiKeyView Cms = new(
        ApiKey,
        "The CMS",
        ["service"],
        OpenApiExamples.Written,
        "root",
        OpenApiExamples.Until,
        OpenApiExamples.Written.AddDays(1),
        Secret: null
    );

    public static readonly IReadOnlyDictionary<Type, object> ByType = new Dictionary<Type, object>
    {
        // bodies
        [typeof(PutSiteKey)] = new PutSiteKey(
            "ES256",
            Jwk: new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                // RFC 7517, A.1
                ["x"] = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                ["y"] = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            }
        ),
        [typeof(MakeApiKey)] = new MakeApiKey("The CMS", ["service"], OpenApiExamples.Until),
        [typeof(BecomeGuest)] = new BecomeGuest("A passer-by"),
        // answers
        [typeof(AdminLogPage)] = new AdminLogPage(
            [
                new(
                    new Guid("0198c0de-0000-7000-8000-000000000078"),
                    OpenApiExamples.Written,
                    "root",
                    "putSiteKey",
                    Kid,
                    "e4a1c0de77f2",
                    Done: true,
                    41
                ),
            ],
            null
        ),
        [typeof(GuestToken)] = new GuestToken("eyJhbGciOi…", OpenApiExamples.Written + Guest.Life),
        [typeof(IgnoredPage)] = new IgnoredPage(
            [new(OpenApiExamples.Commenter, "GdTokyo", null, OpenApiExamples.Written)],
            null
        ),
        [typeof(SiteKeyView)] = Key,
        [typeof(SiteKeyPage)] = new SiteKeyPage([Key], null),
        [typeof(ApiKeyView)] = Cms,
        [typeof(ApiKeyPage)] = new ApiKeyPage([Cms], null),
    };
}
