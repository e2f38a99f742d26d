using System.Globalization;
using System.Text;
using ThreadStore.Kernel;

namespace ThreadStore.Transfer;

/// <summary>Writes a row a comment (RFC 4180, UTF-8 with a mark, by which spreadsheets know it).</summary>
public sealed class CsvWriter(Stream output) : ExportedThreads.IWriter
{
    readonly StreamWriter text = new(output, new UTF8Encoding(true)) { NewLine = "\r\n" };
    bool hasHeader;

    static readonly string[] Names =
    [
        "id",
        "article",
        "title",
        "url",
        "parentId",
        "depth",
        "authorKey",
        "author",
        "body",
        "state",
        "createdAt",
        "editedAt",
        "positive",
        "negative",
        "replies",
    ];

    public Task WriteAsync(ExportedArticle article) => HeadAsync();

    public Task WriteAsync(ExportedArticle article, ExportedComment comment) =>
        text.WriteLineAsync(
            Row([
                $"{comment.Id}",
                article.Key,
                article.Title,
                article.Url ?? "",
                $"{comment.ParentId}",
                Number(comment.Depth),
                comment.Author.Key,
                comment.Author.Name,
                comment.Body,
                comment.State.Word(),
                Json.Format(comment.PostedAt),
                comment.EditedAt is { } edited ? Json.Format(edited) : "",
                Number(comment.Positive),
                Number(comment.Negative),
                Number(comment.Replies),
            ])
        );

    public async Task EndAsync()
    {
        await HeadAsync();
        await text.FlushAsync();
    }

    public ValueTask DisposeAsync() => text.DisposeAsync();

    async Task HeadAsync()
    {
        if (!hasHeader)
            await text.WriteLineAsync(Row(Names));
        hasHeader = true;
    }

    static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(CsvCell.Text));

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
