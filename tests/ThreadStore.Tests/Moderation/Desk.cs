using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Moderation;

/// <summary>The shortest ways to moderate a site.</summary>
static class Desk
{
    public static Task<Reply> ModerateAsync(
        this TestSite site,
        string path,
        object? body = null,
        string by = "mona",
        params (string, string)[] headers
    ) => site.SendAsync("POST", path, body, site.Token(by, Role.Moderator), headers);

    public static async Task<Reply> DecideAsync(
        this TestSite site,
        Guid comment,
        string action,
        string by = "mona",
        params (string, string)[] headers
    ) =>
        (
            await site.ModerateAsync(
                $"/comments/{comment}/{action}",
                action == "reject" ? new { reason = "spam", note = "Not again" } : null,
                by,
                headers
            )
        ).Expect(200);

    public static async Task<JsonElement> LookAsync(this TestSite site, string path) =>
        (await site.GetAsync(path, site.Token("mona", Role.Moderator))).Expect(200).Json;

    public static Task<Reply> FlagAsync(
        this TestSite site,
        Guid comment,
        string by,
        string reason = "spam"
    ) => site.SendAsync("POST", $"/comments/{comment}/flags", new { reason }, site.Token(by));

    public static async Task<long> NewestDecisionAsync(this TestSite site) =>
        (await site.LookAsync("/moderation/log?limit=1"))
            .GetProperty("items")[0]
            .GetProperty("position")
            .GetInt64();

    /// <summary>
    /// All reader rows of a site but the log, as text, and what the queues say; without versions, which count decisions
    /// and their undoing alike.
    /// </summary>
    public static async Task<string> RowsAsync(this TestSite site)
    {
        var parts = new List<string>();
        foreach (
            var table in (string[])
                [
                    "article_rows",
                    "comment_rows",
                    "commenter_rows",
                    "reaction_rows",
                    "flag_rows",
                    "notice_rows",
                    "appeal_rows",
                ]
        )
        {
            await using var command = site.Store.Database.CreateCommand(
                $"""
                select coalesce(string_agg((to_jsonb(r) - 'version')::text, e'\n' order by r.id), '')
                from threadstore.{table} r where r.site = $1
                """
            );
            command.Parameters.Add(new() { Value = site.Key });
            parts.Add((string)(await command.ExecuteScalarAsync())!);
        }
        parts.Add((await site.LookAsync("/moderation/counts")).GetRawText());
        return string.Join("\n\n", parts);
    }
}
