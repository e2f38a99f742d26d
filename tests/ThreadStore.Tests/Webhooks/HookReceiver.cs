using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Webhooks;

/// <summary>A message of a webhook, as its receiver got it.</summary>
public sealed record HookCall(ReceivedCall Call)
{
    public string Id => Call.Headers["webhook-id"].ToString();
    public string Type => Call.Json.GetProperty("type").GetString()!;
    public JsonElement Data => Call.Json.GetProperty("data");
    public long Position => Data.GetProperty("position").GetInt64();
    public JsonElement Comment => Data.GetProperty("comment");
    public Guid CommentId => Comment.GetProperty("id").GetGuid();

    /// <summary>As the library that receivers use sees it; of several signatures this one looks at the first alone.</summary>
    public bool IsSignedWith(string secret) =>
        Call.Headers["webhook-signature"].ToString().Split(' ').Any(s => IsSigned(secret, s));

    bool IsSigned(string secret, string signature)
    {
        try
        {
            var headers = new HeaderDictionary(Call.Headers.ToDictionary())
            {
                ["webhook-signature"] = signature,
            };
            new StandardWebhook(secret).Verify(Call.Body, headers);
            return true;
        }
        catch (WebhookVerificationException)
        {
            return false;
        }
    }
}

/// <summary>Somebody outside who wants to be told of a site's events.</summary>
public sealed class HookReceiver(Receiver receiver) : IAsyncDisposable
{
    public string Url => receiver.Url;
    public IReadOnlyList<HookCall> Calls => [.. receiver.Calls.Select(c => new HookCall(c))];
    public IReadOnlyList<string> Types => [.. Calls.Select(c => c.Type)];

    public static Task<HookReceiver> StartAsync() => StartAsync(_ => Results.NoContent());

    public static async Task<HookReceiver> StartAsync(Func<ReceivedCall, IResult> answer) =>
        new(await Receiver.StartAsync(answer));

    public static async Task<HookReceiver> StartAsync(Func<ReceivedCall, Task<IResult>> answer) =>
        new(await Receiver.StartAsync(answer));

    public async Task<IReadOnlyList<HookCall>> CalledAsync(int times) =>
        [.. (await receiver.CalledAsync(times)).Select(c => new HookCall(c))];

    public ValueTask DisposeAsync() => receiver.DisposeAsync();
}

/// <summary>What administrators do with webhooks.</summary>
public static class HookDesk
{
    public static string Admin(this TestSite site) => site.Token("root", Role.Admin);

    public static Task<Reply> HookAsync(
        this TestSite site,
        string method,
        string path,
        object? body = null
    ) => site.SendAsync(method, $"/webhooks{path}", body, site.Admin());

    /// <summary>Makes a webhook; answers its secret.</summary>
    public static async Task<string> AHookAsync(
        this TestSite site,
        HookReceiver receiver,
        string name = "crm",
        long? after = null,
        string[]? types = null
    ) => (
            await site.HookAsync(
                "PUT",
                $"/{name}",
                new
                {
                    url = receiver.Url,
                    after,
                    types,
                }
            )
        ).Expect(201)["secret"].GetString()!;

    /// <summary>Waits until a webhook was told of everything.</summary>
    public static Task HookDoneAsync(this TestSite site, string name = "crm", TimeSpan? patience = null) =>
        Until.TrueAsync(
            async () =>
                (await site.HookAsync("GET", $"/{name}")).Expect(200)["lag"].GetInt64() == 0
                && (await site.HookAsync("GET", $"/{name}/deliveries?state=pending"))
                    .Expect(200)["items"]
                    .GetArrayLength() == 0,
            "the webhook was told of everything",
            patience
        );

    public static async Task<JsonElement[]> HookDeliveriesAsync(
        this TestSite site,
        string name = "crm",
        string query = ""
    ) =>
        [
            .. (await site.HookAsync("GET", $"/{name}/deliveries?limit=100{query}"))
                .Expect(200)["items"]
                .EnumerateArray(),
        ];
}

/// <summary>A server that is impatient with webhooks, on a database of its own.</summary>
public sealed class HookNode(Store store) : IAsyncLifetime
{
    public static readonly (string, string)[] Settings =
    [
        ("ThreadStore:Webhooks:Timeout", "00:00:03"),
        ("ThreadStore:Webhooks:FirstRetry", "00:00:00.050"),
        ("ThreadStore:Webhooks:LongestRetry", "00:00:00.200"),
    ];

    Node? node;

    public Node Node => node ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() =>
        node = await Node.StartAsync(store, connectionString: null, Settings);

    public ValueTask DisposeAsync() => node?.DisposeAsync() ?? ValueTask.CompletedTask;
}
