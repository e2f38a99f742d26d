using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using ThreadStore.Http;

namespace ThreadStore.Benchmarks;

/// <summary>ThreadStore as a child process on a database of its own, and who may call it.</summary>
sealed class ThreadStoreServer : IAsyncDisposable
{
    /// <summary>Longer than any run.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromHours(12);

    readonly string key;

    ThreadStoreServer(ServerProcess process, string database, string key) =>
        (Process, Database, this.key) = (process, database, key);

    public ServerProcess Process { get; }

    /// <summary>How to connect to its database.</summary>
    public string Database { get; }

    /// <param name="name">For messages.</param>
    /// <param name="program">The server's <c>.dll</c> or executable file.</param>
    /// <param name="database">How to connect to its database, which it fills with tables.</param>
    /// <param name="indexes">Whether it indexes for search what is posted.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <param name="issuer">Whose tokens it takes beside those of its own key.</param>
    public static async Task<ThreadStoreServer> StartAsync(
        string name,
        string program,
        string database,
        bool indexes,
        CancellationToken ct,
        OpenIdIssuer? issuer = null
    )
    {
        var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        var environment = new Dictionary<string, string>(issuer?.Settings ?? [])
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__ThreadStore"] = database,
            ["Logging__LogLevel__Default"] = "Warning",
            // who is called is on this machine
            ["ThreadStore__Deliveries__AllowPrivateAddresses"] = "true",
            ["ThreadStore__RateLimits__Enabled"] = "false",
            ["ThreadStore__Search__Index"] = indexes ? "true" : "false",
            ["ThreadStore__SigningKey"] = key,
        };
        return new(await ServerProcess.StartAsync(name, program, ["serve"], environment, ct), database, key);
    }

    /// <summary>The header that names a commenter.</summary>
    public string Authorization(string commenter) =>
        "Authorization: " + Bearer(CommentRequests.Site, commenter);

    /// <summary>A site with articles.</summary>
    public async Task PrepareAsync(IEnumerable<string> articles, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = Process.Address };
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(
            Bearer("*", "bench-admin", "admin")
        );
        await PutAsync(http, $"/v1/sites/{CommentRequests.Site}", new { name = "Bench" }, ct);
        foreach (var article in articles)
            await PutAsync(
                http,
                $"/v1/sites/{CommentRequests.Site}/articles/{article}",
                new { title = $"About {article}" },
                ct
            );
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    public string Bearer(string site, string person, params string[] roles) =>
        BearerSignedWith(key, site, person, roles);

    public static string BearerSignedWith(string key, string site, string person, params string[] roles) =>
        "Bearer "
        + Authentication.Sign(
            Encoding.UTF8.GetBytes(key),
            site,
            person,
            $"Name of {person}",
            roles,
            TokenLife
        );

    static async Task PutAsync(HttpClient http, string path, object body, CancellationToken ct)
    {
        using var answer = await http.PutAsJsonAsync(path, body, ct);
        if (!answer.IsSuccessStatusCode)
            throw new BenchmarkException(
                $"PUT {path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}"
            );
    }
}
