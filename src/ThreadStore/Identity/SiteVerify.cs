using System.Net;
using System.Text.Json;
using ThreadStore.Deliveries;
using ThreadStore.Http;
using ThreadStore.Sites;

namespace ThreadStore.Identity;

/// <summary>
/// Asks a challenge service whether a person answered, by the convention that Turnstile, hCaptcha and ALTCHA share:
/// <c>secret</c> and <c>response</c> as a form, and <c>success</c> in the answer. The reader's address is not passed on.
/// </summary>
public sealed class SiteVerify(IHttpClientFactory clients, SettingSecrets secrets, ILogger<SiteVerify> log)
{
    /// <summary>In characters; widgets answer with up to some thousands.</summary>
    const int MaxLength = 16_384;

    static readonly Problem Failed = new(
        "challenge-failed",
        "The challenge was not answered, or its answer was used before. Try it once more."
    );

    static readonly Problem Away = new(
        "unavailable",
        "The challenge can't be checked at present. Try again soon."
    );

    /// <summary>Null: a person answered. A service that is away lets nobody in.</summary>
    public async Task<Problem?> RefuseAsync(
        string site,
        Challenge challenge,
        string? answer,
        CancellationToken ct
    )
    {
        if (answer is not { Length: > 0 and <= MaxLength })
            return Failed;
        if (await secrets.ReadAsync(site, SettingSecrets.Challenge, ct) is not { } secret)
        {
            log.LogError(
                "The challenge of the site {Site} has no secret that can be read: set it again.",
                site
            );
            return Away;
        }
        using var client = clients.CreateClient(SignedPost.ClientName);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["secret"] = secret, ["response"] = answer }
        );
        try
        {
            using var response = await client.PostAsync(challenge.Url, form, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            // some say no with a status of their own, and all with the same member; who is not well says nothing of people
            if (!IsUnwell(response.StatusCode) && ReadSuccess(body) is { } success)
                return success && response.IsSuccessStatusCode ? null : Failed;
            log.LogWarning(
                "The challenge service of {Site} answers {Status}",
                site,
                (int)response.StatusCode
            );
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || IsLate(e, ct))
        {
            log.LogWarning(
                "The challenge service of {Site} can't be asked: {Reason}",
                site,
                e.GetBaseException().Message
            );
        }
        return Away;
    }

    static bool IsUnwell(HttpStatusCode status) => (int)status is >= 300 and < 400 or >= 500;

    /// <exception cref="JsonException">It is no JSON.</exception>
    static bool? ReadSuccess(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        return
            json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty("success", out var success)
            && success.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? success.GetBoolean()
            : null;
    }

    static bool IsLate(Exception e, CancellationToken ct) =>
        e is OperationCanceledException && !ct.IsCancellationRequested;
}
