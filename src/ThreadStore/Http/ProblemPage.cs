using System.Text.Encodings.Web;

namespace ThreadStore.Http;

/// <summary>The page behind a problem's <c>type</c>: what the code means, and what to do. It needs nothing but itself.</summary>
public static class ProblemPage
{
    /// <summary>Of the page; nothing else may style it.</summary>
    public const string Style =
        "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1.5rem;color:#1b1f24;background:#fff}"
        + "h1{font-size:1.8rem;line-height:1.25;margin:.4rem 0 1.5rem}h2{font-size:1rem;margin:1.5rem 0 0}p{margin:.2rem 0}"
        + "code{background:#eef1f4;border-radius:.3rem;padding:.15rem .4rem}nav{margin-top:2.5rem;font-size:.95rem}a{color:#0b57d0}"
        + "@media(prefers-color-scheme:dark){body{color:#e6e9ec;background:#15181c}code{background:#2a2f36}a{color:#8ab4f8}}";

    /// <returns>Null for an unknown code.</returns>
    public static string? Of(string code) =>
        ProblemCodes.Find(code) is { } kind
            ? $"""
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>{kind.Code} – ThreadStore</title>
                <style>{Style}</style>
                <p><code>{kind.Code}</code> HTTP status {kind.Status}</p>
                <h1>{HtmlEncoder.Default.Encode(kind.Title)}</h1>
                <h2>What it means</h2>
                <p>{HtmlEncoder.Default.Encode(kind.Explanation)}</p>
                <h2>What to do</h2>
                <p>{HtmlEncoder.Default.Encode(Remedy(kind))}</p>
                <nav><a href="../docs">All operations</a></nav>
                </html>
                """
            : null;

    static string Remedy(ProblemCodes.Kind kind) =>
        kind.Code switch
        {
            "bad-cursor" => "Start again without a cursor.",
            "not-in-good-standing" => "Show the reader why, and until when.",
            "warning-not-acknowledged" =>
                "Show the warning, and let the reader acknowledge it with POST …/me/acknowledge.",
            "discussion-closed" => "Show the discussion without a form.",
            "parent-not-available" =>
                "Show the thread as it is now, and let the reader choose another comment.",
            "too-deep" => "Reply to a comment further up.",
            "duplicate-comment" =>
                "Nothing, where the request was a repetition; to repeat one safely, send it with an Idempotency-Key.",
            "own-comment" => "Offer neither reactions nor flags on the reader's own comments.",
            "edit-window-over" =>
                "Offer no editing here: …/me names the comments that may still be edited, and until when.",
            "unavailable" => "Wait as long as Retry-After says; repeat a write with its Idempotency-Key.",
            _ => Remedy(kind.Status),
        };

    static string Remedy(int status) =>
        status switch
        {
            400 => "Correct the request as detail says; sending the same again will not help.",
            401 => "Get a new token from the site, and send the request with it.",
            403 => "Sign in as somebody who may, or ask the site's moderators.",
            404 =>
                "Compare the address with what the site gave you; keys are percent-encoded as one segment.",
            405 => "Use one of the methods that the header Allow names.",
            409 => "Read again how things stand, show it, and let the person decide.",
            410 => "Take it out of what you show; it will not come back at this address.",
            412 => "Read the newest version, show it, and send the change again with its ETag in If-Match.",
            413 or 414 or 431 => "Shorten what is sent.",
            422 => "Make up a new key.",
            429 or 503 => "Wait as long as the header Retry-After says, and send the same request again.",
            _ =>
                "Try again later. If it stays, tell whoever runs this server, with the traceId of the answer.",
        };
}
