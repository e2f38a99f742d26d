using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Privacy;

/// <summary>
/// Somebody who wrote a mark of their own into every place where a person can write, or is written of, among others who
/// went on talking.
/// </summary>
sealed class MarkedPerson
{
    readonly TestSite site;

    MarkedPerson(TestSite site) => this.site = site;

    const string Mark = "zq7mark";

    /// <summary>What all marks begin with.</summary>
    public static string Needle => Mark;

    public const string Key = $"{Mark}key";
    public const string Other = "ada";
    public const string Email = $"{Mark}mail@example.org";

    readonly List<string> marks = [Key, Email];

    /// <summary>Every mark that was written.</summary>
    public IReadOnlyList<string> Marks => marks;

    public TestSite Site => site;

    /// <summary>As another node tells of them.</summary>
    public MarkedPerson On(HttpClient client) =>
        new(site with { Client = client })
        {
            Article = Article,
            Answered = Answered,
            Reply = Reply,
        };

    public string Article { get; private set; } = "";

    /// <summary>On the article, with a reply by another.</summary>
    public Guid Answered { get; private set; }

    /// <summary>That reply.</summary>
    public Guid Reply { get; private set; }

    /// <summary>Of the request that posted the last comment.</summary>
    public const string IdempotencyKey = "again";

    public static readonly object Settings = new
    {
        // what a rule quotes has the mark, but not the rule
        suspectPatterns = (string[])["zq.marksuspect"],
        badges = new Dictionary<string, object> { ["staff"] = new { label = "Staff" } },
    };

    string Marked(string what)
    {
        var mark = $"{Mark}{what}";
        marks.Add(mark);
        return mark;
    }

    string token = "";

    void Called(string name, string picture, params string[] roles) =>
        token = Jwt.Of(
            new
            {
                sub = Key,
                name,
                picture,
                email = Email,
                email_verified = true,
                site = site.Key,
                roles,
                iat = Jwt.In(TimeSpan.Zero),
                exp = Jwt.In(TimeSpan.FromHours(1)),
            }
        );

    public string Token => token;

    Task<Reply> SendAsync(string method, string path, object? body = null, string? key = null) =>
        site.SendAsync(method, path, body, token, key is null ? [] : [("Idempotency-Key", key)]);

    async Task<Guid> PostAsync(string body, Guid? parent = null, string? key = null) =>
        (await SendAsync("POST", $"/articles/{Article}/comments", new { body, parentId = parent }, key))
            .Expect(201)["id"]
            .GetGuid();

    public static async Task<MarkedPerson> WriteAsync(TestSite site)
    {
        var person = new MarkedPerson(site) { Article = await site.AnArticleAsync() };
        await person.TalkAsync();
        await person.StandAsync();
        await person.HelpAsync();
        return person;
    }

    async Task TalkAsync()
    {
        Called(Marked("firstname"), $"https://{Marked("firstpicture")}.example/1.png");
        var others = await site.ACommentAsync(Article, Other, "What do you think?");
        Answered = await PostAsync($"I think **{Marked("body")}**", others);
        Reply = await site.ACommentAsync(Article, Other, "So do I", Answered);
        (await SendAsync("PATCH", $"/comments/{Answered}", new { body = Marked("edited") })).Expect(200);
        Called(Marked("name"), $"https://{Marked("picture")}.example/2.png");
        await PostAsync($"{Marked("keyed")} @{Other}", key: IdempotencyKey);
        (
            await SendAsync(
                "POST",
                $"/comments/{others}/flags",
                new { reason = "spam", note = Marked("flagnote") },
                IdempotencyKey
            )
        ).Expect(201);
        (await SendAsync("PUT", $"/comments/{others}/reactions/like")).Expect(200);
        (
            await site.SendAsync(
                "POST",
                $"/comments/{Answered}/flags",
                new { reason = "offensive", note = Marked("othersnote") },
                site.Token(Other)
            )
        ).Expect(201);
        (await SendAsync("PUT", "/me/preferences", new { email = new { replies = "daily" } })).Expect(200);
        (await SendAsync("PUT", $"/me/ignored/{Other}")).Expect(204);
        (await site.SendAsync("PUT", $"/me/ignored/{Key}", null, site.Token(Other))).Expect(204);
    }

    /// <summary>What moderators did about them, and about what they wrote.</summary>
    async Task StandAsync()
    {
        var held = await PostAsync($"{Marked("suspect")} words");
        (
            await site.SendAsync(
                "POST",
                $"/comments/{held}/verdicts",
                new
                {
                    classifier = "toxicity",
                    version = 1,
                    score = 0.9,
                    action = "hold",
                    labels = (string[])[Marked("label")],
                },
                site.Token("cls", Role.Service)
            )
        ).Expect(200);
        (
            await site.ModerateAsync(
                $"/comments/{held}/reject",
                new { reason = "spam", note = Marked("note") }
            )
        ).Expect(200);
        var appeal = (
            await SendAsync(
                "POST",
                $"/comments/{held}/appeal",
                new { text = Marked("appeal") },
                IdempotencyKey
            )
        ).Expect(201);
        (
            await site.ModerateAsync(
                $"/moderation/appeals/{appeal["id"]}",
                new { uphold = true, reason = Marked("answer") },
                by: "max"
            )
        ).Expect(200);
        Task<Reply> ActAsync(string action, object body) =>
            site.ModerateAsync($"/commenters/{Key}/{action}", body);
        (await ActAsync("warn", new { message = Marked("warning") })).Expect(200);
        (await SendAsync("POST", "/me/acknowledge")).Expect(200);
        (await ActAsync("premoderate", new { reason = Marked("premoderation") })).Expect(200);
        (await ActAsync("ban", new { reason = Marked("ban") })).Expect(200);
        (await ActAsync("reinstate", new { reason = Marked("mercy") })).Expect(200);
        (await ActAsync("notes", new { text = Marked("noted") })).Expect(200);
        (await ActAsync("warn", new { message = Marked("lastwarning") })).Expect(200);
    }

    /// <summary>They have roles too.</summary>
    async Task HelpAsync()
    {
        (await SendAsync("POST", "/me/acknowledge")).Expect(200);
        Called($"{Mark}name", $"https://{Mark}picture.example/2.png", "moderator", "admin");
        var decided = await site.ACommentAsync(Article, Other, "Decide on me");
        (await SendAsync("POST", "/moderation/claims", new { ids = (Guid[])[decided] })).Expect(200);
        (await SendAsync("POST", $"/comments/{decided}/reject", new { reason = "spam" })).Expect(200);
        (await SendAsync("POST", $"/comments/{decided}/restore", new { })).Expect(200);
        (await SendAsync("PUT", "/articles/theirs", new { title = "Put up by them" })).Expect(201);
        (await SendAsync("POST", "/commenters/nobody/sign-out")).Expect(204);
        (
            await SendAsync("PUT", "/keys/k1", new { algorithm = "HS256", secret = new string('s', 40) })
        ).Expect(201);
        (await SendAsync("POST", "/api-keys", new { name = "CMS", roles = (string[])["service"] })).Expect(
            201
        );
        (
            await site.SendAsync("POST", $"/commenters/{Key}/sign-out", null, site.Token("root", Role.Admin))
        ).Expect(204);
    }
}
