using MimeKit;
using ThreadStore.EventStore;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Postgres;
using ThreadStore.Setup;
using ThreadStore.Telemetry;

namespace ThreadStore.Mail;

/// <summary>Sends what people want mail about, on one node at a time. A mail server that is away delays mail and nothing else.</summary>
public sealed class MailCourier(
    SmtpOptions options,
    Vault vault,
    MailTurn turn,
    MailIntake intake,
    MailOutbox outbox,
    MailContents contents,
    NoticeMails notices,
    MailMessage messages,
    MailSender sender,
    Positions positions,
    WritingPace writing,
    TimeProvider clock,
    ILogger<MailCourier> log
) : BackgroundService
{
    /// <summary>Between two looks where nobody says that there is anything: it may be time for what waits.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The first event after a pause is told at once; on a busy site, many share a look.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>While writers are busy, reading on waits; no longer than this.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>A mail that is under way when the server stops may arrive.</summary>
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    int failures;
    DateTimeOffset? restingUntil;

    /// <exception cref="StartupException">There is nothing to sign links with.</exception>
    public override Task StartAsync(CancellationToken cancellationToken) =>
        options.Server is not null && !vault.CanSeal
            ? throw new StartupException(
                "ThreadStore__Smtp__Url needs a secret to sign the links in mails with: set ThreadStore__SecretsKey to one of at least 32 bytes."
            )
            : base.StartAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Server is null)
            return;
        // the server is to listen first
        await Task.Yield();
        var hasBegun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var moved = Task.Delay(Interval, stoppingToken);
            try
            {
                if (!hasBegun)
                    await intake.BeginAsync(stoppingToken);
                hasBegun = true;
                await writing.YieldAsync(LongestDelay, stoppingToken);
                if (
                    await turn.HasAsync(stoppingToken)
                    && await intake.ReadOnAsync(turn.Node, stoppingToken) is var (position, hasMore)
                )
                {
                    if (await SendAsync(stoppingToken) || hasMore)
                        continue;
                    await Task.Delay(Pause, stoppingToken);
                    moved = positions.MovedBeyondAsync(position);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // whatever it is: a service that ends would take the server with it
                if (Outage.Is(e))
                    log.LogWarning("Mail waits for the database: {Reason}", e.Message);
                else
                    log.LogWarning(e, "Mail does not get on; trying again");
            }
            await Task.WhenAny(moved, Task.Delay(Interval, stoppingToken));
        }
        await sender.EndAsync();
        await LeaveAsync();
    }

    /// <returns>Whether there may be more to send now.</returns>
    async Task<bool> SendAsync(CancellationToken stopping)
    {
        if (restingUntil > clock.GetUtcNow())
            return false;
        var due = await outbox.DueAsync(stopping);
        if (
            !await SendAllAsync(
                due,
                SendAsync,
                (mail, sending) => outbox.SettleAsync(mail, sending.Outcome, sending.Address),
                stopping
            )
        )
            return false;
        // those who gave notices
        DueNoticeMail? news = null;
        if (
            !await SendAllAsync(
                await notices.DueAsync(stopping),
                async (mail, end) =>
                    (news = await notices.AgainAsync(mail, end)) is not null
                        ? await SendAsync(news, now => notices.Make(news, now), end)
                        : new(MailOutcome.Nothing),
                (mail, sending) => notices.SettleAsync(news ?? mail, sending.Outcome),
                stopping
            )
        )
            return false;
        if (due.Count < MailOutbox.Most)
            await sender.EndAsync();
        return due.Count == MailOutbox.Most;
    }

    /// <param name="send">Ends when the turn is lost, or a moment after the server is to stop.</param>
    /// <param name="settle">Keeps how it ended.</param>
    /// <returns>False: the mail server is to be left in peace, or it is another node's turn.</returns>
    async Task<bool> SendAllAsync<T>(
        List<T> due,
        Func<T, CancellationToken, Task<Sending>> send,
        Func<T, Sending, Task> settle,
        CancellationToken stopping
    )
        where T : IDueMail
    {
        foreach (var mail in due)
        {
            if (stopping.IsCancellationRequested || !await turn.HasAsync(stopping))
                return false;
            var sending = await turn.DuringAsync(async lost =>
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(lost);
                await using var farewell = stopping.Register(() => end.CancelAfter(Farewell));
                return await send(mail, end.Token);
            });
            Meters.Mails.Add(1, new KeyValuePair<string, object?>("outcome", sending.Outcome.Word()));
            if (sending.Outcome != MailOutcome.ServerAway)
                await settle(mail, sending);
            if (Rests(mail.Id, sending))
                return false;
        }
        return true;
    }

    async Task<Sending> SendAsync(DueMail mail, CancellationToken end) =>
        await contents.ReadAsync(mail, end) is { Items.Count: > 0 } content
            ? await SendAsync(mail, now => messages.Make(content, now), end) with
            {
                Address = content.KeptAddress,
            }
            : new(MailOutcome.Nothing);

    /// <param name="make">Null: there is no address that can be read.</param>
    async Task<Sending> SendAsync(
        IDueMail mail,
        Func<DateTimeOffset, MimeMessage?> make,
        CancellationToken end
    )
    {
        try
        {
            using var message = make(clock.GetUtcNow());
            return message is null
                ? new(MailOutcome.AddressRefused, "its address can't be read")
                : await sender.SendAsync(message, end);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // a fault of ours in one mail holds up no other
            log.LogError(e, "Mail {Mail} can't be made", mail.Id);
            return new(MailOutcome.PutOff);
        }
    }

    /// <summary>Whether the mail server is to be left in peace for a while.</summary>
    bool Rests(Guid mail, Sending sending)
    {
        if (sending.Reason is { } reason)
            log.LogWarning("Mail {Mail}: {Outcome}, since {Reason}", mail, sending.Outcome, reason);
        if (
            sending.Outcome is not (MailOutcome.ServerAway or MailOutcome.BrokenOff or MailOutcome.AnswerLost)
        )
        {
            (failures, restingUntil) = (0, null);
            return false;
        }
        restingUntil = clock.GetUtcNow() + MailPace.Doubled(options, failures++, Random.Shared.NextDouble());
        return true;
    }

    /// <summary>Another node may go on at once.</summary>
    async Task LeaveAsync()
    {
        try
        {
            await turn.LeaveAsync();
        }
        catch (Exception e)
        {
            log.LogWarning(
                "The sending of mail could not be handed over, and waits a moment: {Reason}",
                e.Message
            );
        }
    }
}
