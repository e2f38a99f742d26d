using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Identity;

/// <summary>
/// Whom this node trusts beyond the configured keys, as the database has it: sites' own keys, programs' keys, and who
/// signed out. Held in memory, so that a request costs no look; every change is told to all nodes when it is committed.
/// </summary>
/// <remarks>A node that does not hear of changes looks for itself, so that nothing is trusted for longer than that.</remarks>
public sealed class Trust(NpgsqlDataSource database, Vault vault, ILogger<Trust> log)
    : IHearsNodes,
        IDisposable
{
    /// <summary>What precedes a site's key, and a sign-out, in what nodes are told.</summary>
    const string Word = "trust";

    /// <summary>How long a node that hears nothing takes what it knows for true: contract, section 11, less some.</summary>
    static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    sealed record Known(
        IReadOnlyDictionary<string, List<TrustedKey>> Keys,
        IReadOnlyDictionary<string, ApiKey> ApiKeys
    );

    readonly SemaphoreSlim turn = new(1, 1);
    readonly ConcurrentDictionary<Guid, DateTimeOffset> signOuts = new();

    /// <summary>By site, kid and what is kept of it: a key that did not change stays the same, and what it signed good.</summary>
    Dictionary<string, TrustedKey> kept = [];
    volatile Known known = new(new Dictionary<string, List<TrustedKey>>(), new Dictionary<string, ApiKey>());
    long told;
    long heard = -1;
    long loadedAt;
    Task<bool>? looking;
    volatile bool isListening;
    bool isResealed;

    /// <summary>Tells all nodes, at commit, that something changed. Of a sign-out, all that there is to know.</summary>
    /// <param name="fact">Null: they look for themselves.</param>
    public static RowStatement Told(string site, string? fact = null) =>
        new(
            $$"""select pg_notify('{{Positions.Channel}}', t.fact) from unnest({0}) as t(fact)""",
            (NpgsqlDbType.Text, new[] { fact ?? FactOf(site) })
        );

    /// <summary>What nodes are told of what else changes for a site.</summary>
    public static string FactOf(string site) => $"{Word} {site}";

    /// <summary>What nodes are told of a sign-out.</summary>
    public static string FactOf(Guid commenter, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{Word} {commenter} {at.UtcTicks}");

    /// <summary>Something was told on the channel; what is not about trust is left alone.</summary>
    public void Hear(string payload)
    {
        var parts = payload.Split(' ');
        if (parts[0] != Word)
            return;
        if (parts is [_, var id, var ticks])
            SignedOut(Guid.Parse(id), new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero));
        else
        {
            Interlocked.Increment(ref told);
            _ = RenewSafelyAsync();
        }
    }

    /// <summary>From now on this node hears of every change; what came before is to be read.</summary>
    public async Task ListenAsync(CancellationToken ct)
    {
        await RenewAsync(ct);
        isListening = true;
        if (!isResealed)
            isResealed = await vault.ResealAsync(database, log, ct);
    }

    public void StopListening() => isListening = false;

    /// <summary>Whether what this node knows holds; it looks where it can't be sure.</summary>
    public ValueTask<bool> IsFreshAsync(CancellationToken ct) =>
        isListening && Interlocked.Read(ref heard) >= 0
        || Stopwatch.GetElapsedTime(Interlocked.Read(ref loadedAt)) < Freshness && heard >= 0
            ? new(true)
            : new(Look().WaitAsync(ct));

    /// <summary>One look for all who ask meanwhile: where the database is away, each would wait for its own, in turn.</summary>
    Task<bool> Look()
    {
        lock (turn)
            return looking = looking is { IsCompleted: false } ? looking : LookAsync();
    }

    async Task<bool> LookAsync()
    {
        try
        {
            await RenewAsync(CancellationToken.None);
            return true;
        }
        catch (Exception e) when (Outage.Is(e))
        {
            return false;
        }
    }

    async Task RenewSafelyAsync()
    {
        try
        {
            await RenewAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // whoever asks next looks for themselves
            Interlocked.Exchange(ref heard, -1);
            log.LogWarning("Could not read the keys anew: {Reason}", e.Message);
        }
    }

    /// <summary>Reads all of it, unless somebody else did since this was asked for.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        var wanted = Interlocked.Increment(ref told);
        await turn.WaitAsync(ct);
        try
        {
            if (Interlocked.Read(ref heard) >= wanted)
                return;
            var until = Interlocked.Read(ref told);
            var began = Stopwatch.GetTimestamp();
            await ReadAsync(ct);
            Interlocked.Exchange(ref loadedAt, began);
            Interlocked.Exchange(ref heard, until);
        }
        finally
        {
            turn.Release();
        }
    }

    async Task ReadAsync(CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            $"""
            select k.site, k.kid, k.algorithm, k.not_after, s.sealed
            from {IdentityTables.Keys} k join {IdentityTables.Secrets} s
              on s.site = k.site and s.kind = '{SiteSecrets.Key}' and s.name = k.kid
            """
        );
        batch.Add(
            $"select site, id, name, roles, hash, created_at, expires_at, last_used_at from {IdentityTables.ApiKeys}"
        );
        batch.Add($"select commenter_id, signed_out_at from {IdentityTables.SignOuts}");
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var (keys, now) = (new Dictionary<string, List<TrustedKey>>(), new Dictionary<string, TrustedKey>());
        while (await reader.ReadAsync(ct))
            if (Find(reader, now) is { } key)
            {
                if (!keys.TryGetValue(reader.GetString(0), out var ofSite))
                    keys[reader.GetString(0)] = ofSite = [];
                ofSite.Add(key);
            }
        await reader.NextResultAsync(ct);
        var apiKeys = new Dictionary<string, ApiKey>();
        while (await reader.ReadAsync(ct))
        {
            var key = ApiKey.Read(reader);
            apiKeys[key.Hash] = known.ApiKeys.GetValueOrDefault(key.Hash) ?? key;
        }
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            SignedOut(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1));
        foreach (var (name, gone) in kept)
            if (!now.ContainsKey(name))
                gone.Remove();
        kept = now;
        known = new(keys, apiKeys);
    }

    TrustedKey? Find(NpgsqlDataReader r, Dictionary<string, TrustedKey> now)
    {
        var (site, kid, algorithm, notAfter) = (r.GetString(0), r.GetString(1), r.GetString(2), r.Time(3));
        var seal = r.GetFieldValue<byte[]>(4);
        var name = $"{site}\n{kid}\n{algorithm}\n{notAfter?.UtcTicks}\n{Convert.ToBase64String(seal)}";
        if (!kept.TryGetValue(name, out var key))
        {
            if (vault.Open(SiteSecrets.Place(site, SiteSecrets.Key, kid), seal) is not { } secret)
            {
                log.LogError(
                    "The key {Kid} of the site {Site} can't be decrypted: it was encrypted with a ThreadStore__SecretsKey, or a ThreadStore__SigningKey, that is configured no more. Configure it as a further one, or put the key again.",
                    kid,
                    site
                );
                return null;
            }
            if (KeptKey.Read(secret, algorithm) is not { } made)
                return null;
            key = new(kid, algorithm, made, site, notAfter);
        }
        return now[name] = key;
    }

    void SignedOut(Guid commenter, DateTimeOffset at) =>
        signOuts.AddOrUpdate(commenter, at, (_, before) => before > at ? before : at);

    /// <summary>A site's own keys.</summary>
    public IReadOnlyList<TrustedKey> KeysOf(string site) => known.Keys.GetValueOrDefault(site) ?? [];

    /// <summary>A program's key by the hash of its secret.</summary>
    public ApiKey? FindApiKey(string hash) => known.ApiKeys.GetValueOrDefault(hash);

    /// <summary>Who calls with a program's key; notes now and then that it is used. Null: it is good no more.</summary>
    public async ValueTask<TokenClaims?> UseApiKeyAsync(string hash, DateTimeOffset now)
    {
        if (FindApiKey(hash) is not { } key || key.ExpiresAt <= now)
            return null;
        if (key.IsToBeNoted(now))
            await NoteAsync(key, now);
        return key.Claims;
    }

    async Task NoteAsync(ApiKey key, DateTimeOffset now)
    {
        await using var command = database.CreateCommand(
            $"update {IdentityTables.ApiKeys} set last_used_at = greatest(last_used_at, $3) where site = $1 and id = $2",
            key.Site,
            key.Id,
            now.ToMicroseconds()
        );
        try
        {
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // a note only: whoever calls is told what is wrong with the database by what they ask for
            log.LogWarning("Could not note that the key {Key} is in use: {Reason}", key.Id, e.Message);
        }
    }

    /// <summary>Whether somebody signed out of a site after a token of theirs was issued.</summary>
    public bool IsSignedOut(string site, string commenterKey, DateTimeOffset issuedAt) =>
        !signOuts.IsEmpty
        && signOuts.TryGetValue(StreamId.Commenter(site, commenterKey), out var at)
        && issuedAt < at;

    public void Dispose() => turn.Dispose();
}
