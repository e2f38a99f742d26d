using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Identity;

/// <summary>
/// The OpenID Connect issuer whose tokens are taken beside those of our keys: what it says of itself and of its keys,
/// fetched when a token asks for it, and kept while it is away.
/// </summary>
/// <remarks>
/// Microsoft's ConfigurationManager fetches behind a request's back, so that the first tokens after a rotation would be
/// refused; here they wait for the new key. See docs/decisions/0032.
/// </remarks>
public sealed class Issuer : IDisposable
{
    /// <summary>Between two looks for a key that is not known: whoever makes kids up has nobody asked more often.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>Where nothing is known at all, as when the issuer starts later than we do.</summary>
    static readonly TimeSpan LookFirstEvery = TimeSpan.FromSeconds(10);

    /// <summary>After that it is asked whether it has withdrawn a key.</summary>
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(5);

    sealed record Known(string Name, IReadOnlyList<TrustedKey> Keys, DateTimeOffset At);

    readonly IssuerDocuments? documents;
    readonly string? audience;
    readonly TimeProvider clock;
    readonly ILogger<Issuer> log;
    readonly SemaphoreSlim turn = new(1, 1);
    volatile Known? known;

    /// <summary>When it was last asked because nothing was known, because a key was not, or because time had passed.</summary>
    readonly DateTimeOffset[] lookedAt = new DateTimeOffset[3];

    enum Why
    {
        Nothing,
        Unknown,
        Time,
    }

    /// <summary>Which claims of its tokens to read.</summary>
    public ClaimNames Names { get; }

    /// <exception cref="StartupException">What is configured can't be right.</exception>
    public Issuer(
        IssuerOptions options,
        IHostEnvironment environment,
        TimeProvider clock,
        ILogger<Issuer> log
    )
    {
        (this.clock, this.log, Names) = (clock, log, options.Claims);
        if (options.Authority is not { } authority)
            return;
        if (!Uri.TryCreate(authority.TrimEnd('/'), UriKind.Absolute, out var address) || !IsWeb(address))
            throw new StartupException(
                "ThreadStore__Authority is the https address of an OpenID Connect issuer."
            );
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !environment.IsDevelopment())
            throw new StartupException(
                "ThreadStore__Authority is an http address: whoever is on the way could sign in as anybody. Use https."
            );
        audience =
            options.Audience
            ?? throw new StartupException(
                "ThreadStore__Authority needs ThreadStore__Audience: tokens that the issuer made for others must not be good here."
            );
        documents = new(address);
    }

    static bool IsWeb(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp;

    /// <summary>Whether a token that names its issuer so is one of its own.</summary>
    public async ValueTask<bool> MadeAsync(string? issuer)
    {
        if (documents is null || issuer is null)
            return false;
        if (issuer.TrimEnd('/') == documents.Authority)
            return true;
        if (known is null)
            await LookAsync(Why.Nothing);
        return issuer == known?.Name;
    }

    /// <summary>The keys that may have signed a token that names one of them, or none.</summary>
    public async ValueTask<IReadOnlyList<TrustedKey>> KeysAsync(string? kid)
    {
        if (known is null)
            await LookAsync(Why.Nothing);
        else if (!Has(known, kid))
            await LookAsync(Why.Unknown, kid);
        else if (clock.GetUtcNow() - known.At >= LookAgainAfter)
            _ = LookAsync(Why.Time);
        return known is not { } then ? []
            : kid is null ? then.Keys
            : [.. then.Keys.Where(k => k.Kid == kid)];
    }

    static bool Has(Known known, string? kid) => kid is null || known.Keys.Any(k => k.Kid == kid);

    /// <summary>Why a token with a good signature of the issuer is not for us, or null.</summary>
    public string? Refuse(ReadOnlySpan<char> payload)
    {
        if (!TokenHead.TryParse(payload, out var json))
            return "The token's claims are no JSON object, or one of them is there twice.";
        using (json)
        {
            if (KeyMaterial.Text(json.RootElement, "iss") != known?.Name)
                return "The token's iss is not the issuer that its keys are of.";
            return IsForUs(json.RootElement)
                ? null
                : $"The token is for others: its aud must have '{audience}'.";
        }
    }

    bool IsForUs(JsonElement claims) =>
        claims.TryGetProperty("aud", out var aud)
        && (
            aud.ValueKind == JsonValueKind.Array
                ? aud.EnumerateArray()
                    .Any(a => a.ValueKind == JsonValueKind.String && a.ValueEquals(audience))
                : aud.ValueKind == JsonValueKind.String && aud.ValueEquals(audience)
        );

    /// <summary>Asks the issuer, unless somebody did so within the time; whoever comes meanwhile waits for the answer.</summary>
    async Task LookAsync(Why why, string? kid = null)
    {
        await turn.WaitAsync();
        try
        {
            var now = clock.GetUtcNow();
            // somebody found it while this one waited for their turn
            if (known is { } found && why != Why.Time && (why == Why.Nothing || Has(found, kid)))
                return;
            var every = why == Why.Nothing ? LookFirstEvery : LookEvery;
            if (now - lookedAt[(int)why] < every)
                return;
            lookedAt[(int)why] = now;
            var (name, keys) = await documents!.ReadAsync(known?.Keys ?? []);
            foreach (var gone in (known?.Keys ?? []).Except(keys))
                gone.Remove();
            known = new(name, keys, now);
        }
        catch (Exception e)
            when (e is HttpRequestException or TaskCanceledException or JsonException or IssuerException)
        {
            log.LogWarning(
                "Could not read the keys of the issuer {Authority}, those known so far go on: {Reason}",
                documents!.Authority,
                e.GetBaseException().Message
            );
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        documents?.Dispose();
        turn.Dispose();
    }
}
