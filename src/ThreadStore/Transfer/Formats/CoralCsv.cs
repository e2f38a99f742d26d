using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>
/// Coral's CSV strategy: people, stories and comments in a file each, without a row of names, told apart by how many
/// columns they have.
/// </summary>
static class CoralCsv
{
    const int Users = 6; // id, email, username, role, banned, created_at
    const int Stories = 7; // id, url, title, author, published_at, closed_at, mode
    const int Comments = 8; // id, author_id, story_id, created_at, body, parent_id, status, rating

    static readonly string[] Statuses = ["APPROVED", "REJECTED", "NONE", ""];

    public static bool Fits(FileHead head)
    {
        if (head.Text.Contains('\0'))
            return false;
        using var text = new StringReader(head.Text);
        return CsvRows.Read(text).FirstOrDefault() is { } row
            && Fields.Some(row.Cells[0]) is not null
            && row.Cells.Count switch
            {
                Users => row.Cells[4] is "" or "true" or "false",
                Stories => row.Cells[1].Contains('/'),
                Comments => row.Fault is not null || Statuses.Contains(row.Cells[6]),
                _ => false,
            };
    }

    public static IEnumerable<ForeignRecord> Read(Stream file)
    {
        using var text = TextEncoding.Open(file, out var odd);
        foreach (var row in CsvRows.Read(text))
        {
            if (row.Fault is { } fault)
            {
                var isCut = fault.Contains("cut off", StringComparison.Ordinal);
                yield return new ForeignProblem(
                    Fields.Some(row.Cells[0]),
                    isCut ? "cut-off" : "too-large",
                    fault,
                    Lost.Comment
                )
                {
                    Line = row.Line,
                };
                continue;
            }
            var cells = row.Cells;
            var (lost, read) = cells.Count switch
            {
                Users => (Lost.Commenter, () => User(cells)),
                Stories => (Lost.Article, () => Story(cells)),
                Comments => (Lost.Comment, () => Comment(cells)),
                _ => (
                    Lost.Comment,
                    (Func<ForeignRecord>)(
                        () =>
                            throw new UnreadableException(
                                "malformed",
                                $"it has {cells.Count} columns; users have {Users}, stories {Stories}, comments {Comments}."
                            )
                    )
                ),
            };
            foreach (
                var record in ForeignFormats.Guard(row.Line, lost, Fields.Some(cells[0]), () => [read()])
            )
                yield return record;
        }
        if (odd.Count > 0)
            yield return ForeignFormats.Odd(odd);
    }

    static ForeignCommenter User(IReadOnlyList<string> c) =>
        new(
            new(Fields.Id(c[0]), null, Fields.Some(c[2]), Role: ForeignPerson.Staff(Fields.Some(c[3]))),
            Fields.Time(c[5]),
            IsBlocked: Fields.Some(c[4]) == "true"
        );

    static ForeignArticle Story(IReadOnlyList<string> c)
    {
        var id = Fields.Id(c[0]);
        return new(
            id,
            id,
            Fields.Some(c[1]),
            Fields.Some(c[2]),
            Fields.AnyTime(c[4]),
            IsClosed: Fields.AnyTime(c[5]) is not null
        );
    }

    static ForeignComment Comment(IReadOnlyList<string> c) =>
        new(
            Fields.Id(c[0]),
            Fields.Some(c[5]),
            Fields.Some(c[2]) ?? throw new UnreadableException("no-article", "it names no story."),
            new(Fields.Some(c[1]), null, null),
            Fields.Body(c[4]),
            BodyFormat.HtmlLines,
            Fields.Time(c[3]),
            Fields.Some(c[6]) == "REJECTED" ? ForeignState.Rejected : ForeignState.Approved,
            Fields.SomeBut(c[6], "APPROVED")
        );
}
