using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Notices;

/// <summary>The shortest ways to give notices, and to ask for them.</summary>
static class Notices
{
    public static readonly object Notice = new
    {
        reason = "defamation",
        explanation = "I am none.",
        goodFaith = true,
    };

    /// <param name="by">Null: without a token.</param>
    public static async Task<Reply> ReportAsync(
        this TestSite site,
        Guid comment,
        object? notice = null,
        string? by = null,
        params (string, string)[] headers
    ) =>
        (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/reports",
                notice ?? Notice,
                by is null ? null : site.Token(by),
                headers
            )
        ).Expect(201);

    public static async Task<Reply> AskAsync(this TestSite site, Reply report) =>
        (
            await site.GetAsync($"/reports/{report["id"].GetGuid()}?secret={report["secret"].GetString()}")
        ).Expect(200);
}
