using System.Text.Json.Nodes;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Tests.Privacy;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

/// <summary>What changes the past of a discussion: an article goes into another, and a person goes altogether.</summary>
sealed partial class RandomDiscussion
{
    const string Merged = "a2";
    const string Into = "a1";

    bool isMerged;

    /// <summary>Where a comment on an article goes now.</summary>
    string Place(string article) => isMerged && article == Merged ? Into : article;

    /// <summary>Into another, back, and again.</summary>
    async Task MergeAsync()
    {
        Task<Reply> MoveAsync() =>
            site.SendAsync(
                "POST",
                $"/articles/{Merged}/merge",
                new { into = Into },
                site.Token("cms", Role.Service)
            );
        var merged = (await MoveAsync()).Expect(200);
        (
            await site.SendAsync(
                "POST",
                $"/moderation/log/{merged.Position}/undo",
                token: site.Token("mod0", Role.Moderator)
            )
        ).Expect(200);
        Assert.InRange((await MoveAsync()).Expect(200)["moved"].GetInt32(), 1, int.MaxValue);
        isMerged = true;
        for (var i = 0; i < posted.Count; i++)
            posted[i] = posted[i] with { ArticleKey = Place(posted[i].ArticleKey) };
    }

    /// <summary>The last of them: nothing more is done by them, nor to what they wrote.</summary>
    async Task EraseAsync()
    {
        var key = $"p{--people}";
        (await site.EraseAsync(key)).Expect(200);
        foreach (var comment in posted.Where(c => c.Author.Key == key))
            states[comment.CommentId] = CommentState.Deleted;
    }

    /// <summary>
    /// All that is stored about comments, as it stands since: of those who were erased as it was left, on articles that were
    /// merged as if it had always been on the other.
    /// </summary>
    async Task RecallAsync()
    {
        Events.Clear();
        var events = new List<(EventNames.Entry Type, JsonObject Data)>();
        var moved = new Dictionary<string, List<JsonObject>>();
        await using var command = site.Store.Database.CreateCommand(
            "select type, data::text from threadstore.mt_events where tenant_id = $1 order by seq_id"
        );
        command.Parameters.Add(new() { Value = site.Key });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            var (type, data) = (reader.GetString(0), JsonNode.Parse(reader.GetString(1))!.AsObject());
            string Text(string member) => data[member]!.GetValue<string>();
            if (type == "article-merged")
            {
                var there = moved[Text("decisionId")] = [
                    .. events
                        .Select(e => e.Data)
                        .Where(d => d["articleKey"]!.GetValue<string>() == Text("from")),
                ];
                there.ForEach(d => d["articleKey"] = Text("articleKey"));
            }
            else if (type == "article-move-undone")
                moved[Text("undone")].ForEach(d => d["articleKey"] = Merged);
            else if (EventNames.Find(type) is { IsAboutComment: true } known)
                events.Add((known, data));
        }
        Events.AddRange(
            events.Select(e => e.Type.Read(System.Text.Encoding.UTF8.GetBytes(e.Data.ToJsonString())))
        );
    }
}
