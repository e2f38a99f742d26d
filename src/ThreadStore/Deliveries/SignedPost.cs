using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Deliveries;

/// <summary>What a recipient answered, read whole.</summary>
/// <param name="RetryAfter">How long it asked to be left in peace.</param>
public sealed record PostAnswer(
    HttpStatusCode Status,
    byte[] Body,
    TimeSpan RetryAfter,
    HttpResponseHeaders Headers
);

/// <summary>Sends what leaves the house, signed so that whoever gets it knows that it is from here, and recent.</summary>
/// <remarks>
/// The address comes from the site's settings, from its administrators, and is a public one: see
/// <see cref="PublicAddresses"/>. What answers is believed little: its size and time are bounded, and it sends nobody
/// elsewhere.
/// </remarks>
public sealed class SignedPost(IHttpClientFactory clients, TimeProvider clock)
{
    public const string SignatureHeader = "ThreadStore-Signature";

    /// <summary>The same for each attempt to deliver the same.</summary>
    public const string DeliveryHeader = "ThreadStore-Delivery";

    public const string ClientName = "deliveries";

    /// <summary>Bytes of an answer: a verdict has a few hundred.</summary>
    const int MaxAnswer = 64 * 1024;

    /// <summary>Nobody keeps us waiting for longer by asking for it.</summary>
    static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    static readonly MediaTypeHeaderValue JsonType = new("application/json");

    public static void Add(IServiceCollection services)
    {
        services
            .AddHttpClient(
                ClientName,
                (provider, client) =>
                {
                    client.Timeout = provider.GetRequiredService<DeliveryPace>().Timeout;
                    client.MaxResponseContentBufferSize = MaxAnswer;
                    client.DefaultRequestHeaders.UserAgent.Add(
                        new ProductInfoHeaderValue("ThreadStore", "1")
                    );
                }
            )
            .ConfigurePrimaryHttpMessageHandler(provider =>
                provider.GetRequiredService<PublicAddresses>().Handler()
            )
            // addresses may hold keys
            .RemoveAllLoggers();
        services.AddSingleton(s => new PublicAddresses(
            s.GetRequiredService<DeliveryOptions>().AllowPrivateAddresses
        ));
        services.AddSingleton<SignedPost>();
    }

    /// <exception cref="HttpRequestException">There was no answer, or one that is too long.</exception>
    /// <exception cref="TaskCanceledException">It came too late.</exception>
    public async Task<PostAnswer> SendAsync(
        Delivery delivery,
        ReadOnlyMemory<byte> body,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url);
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = JsonType;
        request.Headers.Add(SignatureHeader, Sign(delivery.Secret, clock.GetUtcNow(), body.Span));
        request.Headers.Add(DeliveryHeader, $"{delivery.Site}/{delivery.Position}");
        return await SendAsync(request, ct);
    }

    /// <summary>Sends what others want in their own way: unsigned, and guarded like all that leaves the house.</summary>
    /// <inheritdoc cref="SendAsync(Delivery, ReadOnlyMemory{byte}, CancellationToken)"/>
    public async Task<PostAnswer> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var client = clients.CreateClient(ClientName);
        using var response = await client.SendAsync(request, ct);
        return new(
            response.StatusCode,
            await response.Content.ReadAsByteArrayAsync(ct),
            response.Wish(clock.GetUtcNow(), LongestWish),
            response.Headers
        );
    }

    /// <summary><c>t=…,v1=…</c>: seconds since 1970, and HMAC-SHA256 of <c>t.body</c> in hexadecimal.</summary>
    public static string Sign(string secret, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes($"{time}."));
        hmac.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}
