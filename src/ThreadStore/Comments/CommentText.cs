namespace ThreadStore.Comments;

/// <summary>
/// What a comment says, and what is made of it. That takes its time and is done once, by whoever brings the text, beside
/// the others: it travels with the command and its event to the Appender's one loop.
/// </summary>
public sealed class CommentText(string body, BodyFormat format)
{
    string? html;
    string? content;
    bool? showsNothing;

    public string Body => body;
    public BodyFormat Format => format;

    /// <summary>What <see cref="Markup"/> makes of the body.</summary>
    public string Html => html ??= Markup.ToHtml(body, format);

    /// <summary>The members <c>"body":…,"html":…</c> of a comment's JSON.</summary>
    public string Content =>
        content ??= $"\"body\":{CommentJsonParts.Quote(body)},\"html\":{CommentJsonParts.Quote(Html)}";

    /// <summary>Whether readers would see nothing of the body: it is a list of nothing, a character of no width.</summary>
    public bool ShowsNothing => showsNothing ??= ShownText.IsNothing(Html);

    public CommentText MakeReady()
    {
        _ = Content;
        return this;
    }
}

/// <summary>What was made of an event's text so far. An event is the same, whether anything was or not.</summary>
struct TextOfEvent(CommentText text) : IEquatable<TextOfEvent>
{
    CommentText? text = text;

    public CommentText Of(string body, BodyFormat format) =>
        text is { } made && ReferenceEquals(made.Body, body) && made.Format == format
            ? made
            : text = new(body, format);

    public readonly bool Equals(TextOfEvent other) => true;

    public override readonly bool Equals(object? obj) => obj is TextOfEvent;

    public override readonly int GetHashCode() => 0;
}
