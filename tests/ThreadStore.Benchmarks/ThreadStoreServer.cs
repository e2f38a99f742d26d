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
    /// <param name="further">Of several databases those beside this one, which is called <see cref="First"/>, by name.</param>
    /// <param name="standby">How to connect to one that answers readers.</param>
    public static async Task<ThreadStoreServer> StartAsync(
        string name,
        string program,
        string database,
        bool indexes,
        CancellationToken ct,
        OpenIdIssuer? issuer = null,
        IReadOnlyDictionary<string, string>? further = null,
        string? standby = null
    )
    {
        var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        var environment = new Dictionary<string, string>(issuer?.Settings ?? [])
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Logging__LogLevel__Default"] = "Warning",
            // who is called is on this machine
            ["ThreadStore__Deliveries__AllowPrivateAddresses"] = "true",
            ["ThreadStore__RateLimits__Enabled"] = "false",
            ["ThreadStore__Search__Index"] = indexes ? "true" : "false",
            ["ThreadStore__SigningKey"] = key,
        };
        foreach (var (setting, value) in further is null ? [] : Several(database, further))
            environment[setting] = value;
        if (further is null)
            environment["ConnectionStrings__ThreadStore"] = database;
        if (standby is not null)
            environment["ThreadStore__ReadReplicas__0"] = standby;
        return new(await ServerProcess.StartAsync(name, program, ["serve"], environment, ct), database, key);
    }

    /// <summary>Of several databases, the one that says where sites live.</summary>
    public const string First = "a";

    /// <summary>Settings that name several databases, as in the environment of servers and commands.</summary>
    public static Dictionary<string, string> Several(
        string database,
        IReadOnlyDictionary<string, string> further
    ) =>
        further
            .Append(new(First, database))
            .ToDictionary(d => $"ThreadStore__Databases__{d.Key}", d => d.Value);

    /// <summary>The header that names a commenter.</summary>
    public string Authorization(string commenter, string site = CommentRequests.Site) =>
        "Authorization: " + Bearer(site, commenter);

    /// <summary>A site with articles.</summary>
    /// <param name="database">Of several, where it is to live; null: anywhere.</param>
    public async Task PrepareAsync(
        IEnumerable<string> articles,
        CancellationToken ct,
        string site = CommentRequests.Site,
        string? database = null
    )
    {
        using var http = new HttpClient { BaseAddress = Process.Address };
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(
            Bearer("*", "bench-admin", "admin")
        );
        await PutAsync(http, $"/v1/sites/{site}", new { name = "Bench", database }, ct);
        foreach (var article in articles)
            await PutAsync(
                http,
                $"/v1/sites/{site}/articles/{article}",
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
