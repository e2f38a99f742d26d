namespace ThreadStore.Transfer.Formats;

/// <summary>
/// What no text can have here: PostgreSQL stores no U+0000, and UTF-8 carries no half of a character. Out of a text they
/// are left, and that is told; an id without them would be another id.
/// </summary>
static class StorableText
{
    /// <summary>The problem that a record's ids can't be stored; null: they can.</summary>
    public static ForeignProblem? Fault(ForeignRecord record)
    {
        var (lost, ids) = record switch
        {
            ForeignArticle a => (Lost.Article, (string?[])[a.Id, a.Ref]),
            ForeignCommenter c => (Lost.Commenter, [c.Person.User, c.Person.Email]),
            ForeignComment c => (Lost.Comment, [c.Id, c.Parent, c.Article, c.Author.User, c.Author.Email]),
            ForeignReaction r => (Lost.Reaction, [r.Comment, r.By.User, r.By.Email]),
            ForeignFlag f => (Lost.Nothing, [f.Comment, f.By.User, f.By.Email]),
            _ => (Lost.Nothing, []),
        };
        foreach (var id in ids)
            if (id is not null && Fields.Clean(id) != id)
                return new ForeignProblem(
                    ids[0] is { } own ? Fields.Clean(own) : null,
                    "bad-id",
                    "its id, or one that it names, has a character that no id can have, such as U+0000.",
                    lost
                )
                {
                    Line = record.Line,
                };
        return null;
    }

    /// <summary>The record with texts as they can be stored.</summary>
    /// <returns>The same one where all can be.</returns>
    public static ForeignRecord Of(ForeignRecord record)
    {
        var clean = record switch
        {
            ForeignArticle a => a with
            {
                Url = Clean(a.Url),
                Title = Clean(a.Title),
                Body =
                    a.Body?.Any(p => Fields.Clean(p) != p) == true
                        ? [.. a.Body.Select(Fields.Clean)]
                        : a.Body,
            },
            ForeignCommenter c => c with { Person = Clean(c.Person) },
            ForeignComment c => c with
            {
                Author = Clean(c.Author),
                Body = Fields.Clean(c.Body),
                Status = Clean(c.Status),
                Later =
                    c.Later?.Any(l => Fields.Clean(l.Body) != l.Body) == true
                        ? [.. c.Later.Select(l => l with { Body = Fields.Clean(l.Body) })]
                        : c.Later,
            },
            ForeignReaction r => r with { By = Clean(r.By) },
            ForeignFlag f => f with { By = Clean(f.By), Note = Clean(f.Note) },
            _ => record,
        };
        return clean == record ? record : clean;
    }

    /// <summary>Of a record, for whoever is told of it.</summary>
    public static string? IdOf(ForeignRecord record) =>
        record switch
        {
            ForeignArticle a => a.Id,
            ForeignCommenter c => c.Person.User,
            ForeignComment c => c.Id,
            ForeignReaction r => r.Comment,
            ForeignFlag f => f.Comment,
            _ => null,
        };

    static string? Clean(string? text) => text is null ? null : Fields.Clean(text);

    static ForeignPerson Clean(ForeignPerson person) =>
        person with
        {
            Name = Clean(person.Name),
            Picture = Clean(person.Picture),
        };
}
