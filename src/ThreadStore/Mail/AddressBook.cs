using System.Threading.Channels;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Mail;

/// <summary>
/// Keeps the addresses of those who want mail as their tokens have them. A request that changes something says which
/// address its sender has; it waits for nothing, and what was said a moment ago is not said again.
/// </summary>
/// <remarks>
/// Also where no mail is configured: wishes may be told there already, with an address that is kept, and it must not be an
/// old one when mail begins, or where another node sends it. Of who has no wish nothing is kept.
/// </remarks>
public sealed class AddressBook(
    NpgsqlDataSource database,
    MailAddresses addresses,
    TimeProvider clock,
    ILogger<AddressBook> log
) : BackgroundService
{
    /// <summary>Of people whose wishes are changed elsewhere, an address is noted again after so long.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>People in a generation, of which there are two; some megabytes.</summary>
    const int Capacity = 20_000;

    /// <summary>Noted in one statement.</summary>
    const int Most = 500;

    sealed record Said(string Address, DateTimeOffset At);

    readonly Remembered<(string Site, string Commenter), Said> said = new(Capacity);
    readonly Lock gate = new();

    readonly Channel<(string Site, Guid Commenter, string Address)> news = Channel.CreateBounded<(
        string,
        Guid,
        string
    )>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Notes the address of whoever changes something.</summary>
    public static Task NoteAsync(HttpContext http, RequestDelegate next)
    {
        if (
            http.Features.Get<Caller>() is { Also.VerifiedEmail: { } address } caller
            && http.Request.RouteValues["site"] is string site
            && !RateLimits.IsRead(http)
        )
            http.RequestServices.GetRequiredService<AddressBook>().Note(site, caller.Key, address);
        return next(http);
    }

    public void Note(string site, string commenter, string address)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (
                said.Find((site, commenter)) is { } before
                && before.Address == address
                && now - before.At < Memory
            )
                return;
            said.Keep((site, commenter), new(address, now));
        }
        news.Writer.TryWrite((site, StreamId.Commenter(site, commenter), address));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await news.Reader.WaitToReadAsync(stoppingToken))
        {
            var noted = new Dictionary<(string Site, Guid Commenter), string>();
            while (noted.Count < Most && news.Reader.TryRead(out var one))
                noted[(one.Site, one.Commenter)] = one.Address;
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
                await addresses.KeepAsync(connection, noted, stoppingToken);
                await transaction.CommitAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Addresses could not be kept, and are noted again: {Reason}", e.Message);
                lock (gate)
                    said.Clear();
            }
        }
    }
}
