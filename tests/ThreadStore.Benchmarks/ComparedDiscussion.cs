using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>
/// What <see cref="Compare"/> reads: the articles of <see cref="Reads"/>, posted over HTTP, since another build has other
/// tables. Large enough for a page 500.
/// </summary>
static class ComparedDiscussion
{
    const int LargeComments = 11_000;
    const int Authors = 200;

    /// <summary>One comment in so many answers one before it.</summary>
    const int ReplyEach = 4;

    const int AtOnce = 32;

    public static async Task WriteAsync(ThreadStoreServer store, CancellationToken ct)
    {
        string[] counted = [.. Enumerable.Range(1, Reads.CountedArticles).Select(n => $"counted-{n}")];
        await store.PrepareAsync([Reads.Small, Reads.Large, .. counted], ct);
        using var http = new HttpClient { BaseAddress = store.Process.Address };
        await FillAsync(http, store, Reads.Small, Reads.SmallComments, ReplyEach, ct);
        await FillAsync(http, store, Reads.Large, LargeComments, LargeComments, ct);
        foreach (var article in counted)
            await FillAsync(http, store, article, 1, 1, ct);
        // PostgreSQL's own would come at another moment to each side
        await using var database = NpgsqlDataSource.Create(store.Database);
        await using var vacuum = database.CreateCommand("vacuum analyze");
        await vacuum.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Two rounds: what is answered comes before its answers.</summary>
    static async Task FillAsync(
        HttpClient http,
        ThreadStoreServer store,
        string article,
        int count,
        int replyEach,
        CancellationToken ct
    )
    {
        var parents = new Guid[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        bool IsReply(int n) => n % replyEach == replyEach - 1 && count > 1;
        await Parallel.ForAsync(
            0,
            count,
            options,
            async (n, token) =>
            {
                if (!IsReply(n))
                    parents[n] = await PostAsync(http, store, article, n, null, token);
            }
        );
        await Parallel.ForAsync(
            0,
            count,
            options,
            async (n, token) =>
            {
                if (IsReply(n))
                    await PostAsync(http, store, article, n, parents[n - 1], token);
            }
        );
    }

    static async Task<Guid> PostAsync(
        HttpClient http,
        ThreadStoreServer store,
        string article,
        int number,
        Guid? parentId,
        CancellationToken ct
    )
    {
        // in the large one all by one, whose history is read
        var author = article == Reads.Large ? GeneratedHistory.Prolific : $"author-{number % Authors}";
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"/v1/sites/{CommentRequests.Site}/articles/{article}/comments"
        )
        {
            Content = JsonContent.Create(
                new
                {
                    body = $"{GeneratedText.InEnglish(new Random(number), 200)} ({article}, {number})",
                    parentId,
                }
            ),
        };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(
            store.Bearer(CommentRequests.Site, author)
        );
        using var answer = await http.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode)
            throw new BenchmarkException(
                $"A comment was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}"
            );
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetGuid();
    }
}
