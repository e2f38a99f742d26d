using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Mail;

/// <summary>
/// The page behind the link at the end of each mail. To open it changes nothing, since programs open all links to look
/// what they lead to; its button, or the mail program's own (RFC 8058), ends all mail of the site.
/// </summary>
public static class UnsubscribePage
{
    static readonly (MailFrequency?, MailFrequency?, MailFrequency?) Nothing = (
        MailFrequency.Never,
        MailFrequency.Never,
        MailFrequency.Never
    );

    public static void MapUnsubscribing(this WebApplication app)
    {
        const string route = $"{UnsubscribeLinks.Path}/{{token}}";
        app.MapGet(route, AskAsync).ExcludeFromDescription();
        app.MapPost(route, EndAsync).ExcludeFromDescription();
    }

    static async Task<IResult> AskAsync(
        string token,
        UnsubscribeLinks links,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        if (links.Read(token) is not var (site, _))
            return NoLink;
        var (texts, name) = await SiteAsync(database, site, ct);
        return Page(
            texts,
            MailTexts.Fill(texts.Ask, name),
            Html.Of($"<form method=\"post\"><button>{texts.Unsubscribe}</button></form>")
        );
    }

    static async Task<IResult> EndAsync(
        string token,
        UnsubscribeLinks links,
        MailPreferences preferences,
        NpgsqlDataSource database,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (links.Read(token) is not var (site, commenter))
            return NoLink;
        await preferences.ChangeAsync(site, commenter, Nothing, null, "", clock.GetUtcNow(), ct);
        var (texts, name) = await SiteAsync(database, site, ct);
        return Page(texts, MailTexts.Fill(texts.Done, name), default);
    }

    static async Task<(MailTexts Texts, string Name)> SiteAsync(
        NpgsqlDataSource database,
        string site,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select settings from {ReaderTables.Schema}.{ReaderTables.Sites} where site = $1",
            site
        );
        var settings = await command.ExecuteScalarAsync(ct) is string json
            ? RowStore.SettingsOf(json)
            : new SiteSettings();
        return (MailTexts.Of(settings.Language), settings.Name ?? site);
    }

    static IResult NoLink =>
        Page(MailLanguages.English, MailLanguages.English.NoLink, default, StatusCodes.Status404NotFound);

    static IResult Page(MailTexts texts, string heading, Html rest, int status = StatusCodes.Status200OK) =>
        Results.Content(
            Html.Of(
                $"""
                <!doctype html>
                <html lang="{texts.Language}">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>{heading}</title>
                <style>{new Html(Style)}</style>
                <h1>{heading}</h1>
                {rest}
                </html>

                """
            ).Text,
            "text/html; charset=utf-8",
            statusCode: status
        );

    /// <summary>Of the page; nothing else may style it.</summary>
    public const string Style =
        "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1.5rem;color:#1b1f24;background:#fff}"
        + "h1{font-size:1.6rem;line-height:1.25}button{font:inherit;padding:.5rem 1.2rem;cursor:pointer}"
        + "@media(prefers-color-scheme:dark){body{color:#e6e9ec;background:#15181c}}";
}
