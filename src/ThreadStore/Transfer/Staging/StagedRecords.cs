using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Storage;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>What is kept of a comment until its turn, beside its columns.</summary>
sealed record StagedText(
    string Body,
    BodyFormat Format,
    ForeignState State,
    string? Status,
    IReadOnlyList<ForeignText>? Later,
    int? Score,
    bool IsFeatured
);

/// <summary>Takes records in, and finds what is there twice.</summary>
sealed class StagedRecords : IDisposable
{
    readonly StagedFile file;
    readonly ForeignKeys keys;
    readonly Action<ImportProblem> problems;
    readonly Prepared findRef;
    readonly Prepared findArticle;
    readonly Prepared addRef;
    readonly Prepared addArticle;
    readonly Prepared mergeArticle;
    readonly Prepared addPerson;
    readonly Prepared sameComments;
    readonly Prepared addComment;
    readonly Prepared addReaction;
    readonly Prepared addFlag;

    public StagedRecords(StagedFile file, ForeignKeys keys, Action<ImportProblem> problems)
    {
        (this.file, this.keys, this.problems) = (file, keys, problems);
        findRef = file.Prepare("select article from refs where ref = $1");
        findArticle = file.Prepare("select seq from articles where id = $1");
        addRef = file.Prepare("insert into refs values ($1, $2)");
        addArticle = file.Prepare(
            """
            insert into articles(id, implied, file, line, url, title, published, closed, hidden, body)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning seq
            """
        );
        // what only implies it adds what nobody said yet
        mergeArticle = file.Prepare(
            """
            update articles set implied = implied and $2, url = coalesce(url, $3), title = coalesce(title, $4),
              published = coalesce(published, $5), closed = closed or $6, hidden = hidden or $7 where seq = $1
              returning implied
            """
        );
        addPerson = file.Prepare(
            """
            insert into people(key, listed, name, picture, joined, blocked, until) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict(key) do update set
              name = case when excluded.listed and not listed then coalesce(excluded.name, name)
                          else coalesce(name, excluded.name) end,
              picture = coalesce(picture, excluded.picture),
              joined = case when excluded.listed and excluded.joined is not null then excluded.joined
                            when listed and joined is not null then joined
                            else min(coalesce(joined, excluded.joined), coalesce(excluded.joined, joined)) end,
              blocked = blocked or excluded.blocked, until = coalesce(until, excluded.until),
              listed = listed or excluded.listed
            returning seq
            """
        );
        sameComments = file.Prepare("select n, hash from comments where id = $1");
        addComment = file.Prepare(
            """
            insert into comments(id, n, ref, parent, author, name, hash, posted, file, line, data)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """
        );
        addReaction = file.Prepare(
            "insert or ignore into reactions(comment, person, up, at, file, line) values ($1, $2, $3, $4, $5, $6)"
        );
        addFlag = file.Prepare(
            "insert or ignore into flags(comment, person, reason, note, at) values ($1, $2, $3, $4, $5)"
        );
    }

    /// <summary>What was there twice.</summary>
    public ImportTally Already { get; private set; } = new();

    /// <summary>What can't be taken.</summary>
    public ImportTally Rejected { get; private set; } = new();

    /// <summary>What was left out on purpose, by kind.</summary>
    public Dictionary<string, long> Skipped { get; } = [];

    /// <summary>Records that were taken, whatever comes of them.</summary>
    public long Taken { get; private set; }

    public void Add(ForeignRecord record, int number, string name)
    {
        switch (record)
        {
            case ForeignArticle a:
                Add(a, number, name);
                break;
            case ForeignCommenter c:
                Person(c.Person, true, c.JoinedAt, c.IsBlocked, c.BlockedUntil);
                break;
            case ForeignComment c:
                Add(c, number, name);
                break;
            case ForeignReaction r:
                var voter = Person(r.By, false, r.At, false, null);
                if (addReaction.Run(r.Comment, voter, r.IsUp, r.At?.UtcTicks, number, r.Line) == 0)
                    Duplicate(Lost.Reaction, r, name, r.Comment);
                break;
            case ForeignFlag f:
                var flagger = Person(f.By, false, f.At, false, null);
                addFlag.Run(f.Comment, flagger, f.Reason.Word(), f.Note, f.At?.UtcTicks);
                break;
            case ForeignSkip s:
                Skipped[s.Kind] = Skipped.GetValueOrDefault(s.Kind) + 1;
                return;
            case ForeignProblem p:
                Rejected += ImportTally.Of(p.Lost);
                problems(new(name, p.Line, p.Id, p.Kind, p.Message));
                return;
            default:
                throw new NotSupportedException($"Nobody takes {record.GetType().Name}.");
        }
        Taken++;
    }

    void Add(ForeignArticle a, int number, string name)
    {
        var known = findRef.Value(a.Ref) ?? findArticle.Value(a.Id);
        if (known is null)
            known = addArticle.Value(
                a.Id,
                a.IsImplied,
                number,
                a.Line,
                a.Url,
                a.Title,
                a.PublishedAt?.UtcTicks,
                a.IsClosed,
                a.IsHidden,
                a.Body is null ? null : JsonSerializer.Serialize(a.Body, Json.Options)
            );
        else
        {
            var wasTold = file.Number($"select not implied from articles where seq = {known}") == 1;
            mergeArticle.Run(
                known,
                a.IsImplied,
                a.Url,
                a.Title,
                a.PublishedAt?.UtcTicks,
                a.IsClosed,
                a.IsHidden
            );
            if (wasTold && !a.IsImplied)
                Duplicate(Lost.Article, a, name, a.Id);
        }
        if (findRef.Value(a.Ref) is null)
            addRef.Run(a.Ref, known);
    }

    void Add(ForeignComment c, int number, string name)
    {
        var key = keys.Of(c.Author);
        var hash = Hash(c.Article, key, c.PostedAt, c.Body);
        var n = 1L;
        using (var same = sameComments.Rows(c.Id))
            while (same.Read())
            {
                if (same.GetInt64(1) == hash)
                {
                    Duplicate(Lost.Comment, c, name, c.Id);
                    return;
                }
                n = Math.Max(n, same.GetInt64(0) + 1);
            }
        if (n > 1)
            problems(
                new(
                    name,
                    c.Line,
                    c.Id,
                    "id-collision",
                    $"another comment has the id {Fields.Shown(c.Id)}; this one is kept as {Fields.Shown(c.Id)}~{n}."
                )
            );
        var author = Person(c.Author, false, c.PostedAt, false, null);
        // what its author took back is nobody's business any more
        var gone = c.State == ForeignState.Deleted;
        var text = new StagedText(
            gone ? "" : c.Body,
            c.Format,
            c.State,
            c.Status,
            gone ? null : c.Later,
            c.Score,
            c.IsFeatured && !gone
        );
        addComment.Run(
            c.Id,
            n,
            c.Article,
            c.Parent,
            author,
            Fields.Some(c.Author.Name),
            hash,
            c.PostedAt?.UtcTicks,
            number,
            c.Line,
            JsonSerializer.SerializeToUtf8Bytes(text, Json.Options)
        );
    }

    long Person(
        ForeignPerson person,
        bool isListed,
        DateTimeOffset? at,
        bool isBlocked,
        DateTimeOffset? until
    ) =>
        (long)
            addPerson.Value(
                keys.Of(person),
                isListed,
                Fields.Some(person.Name),
                ForeignKeys.Picture(person.Picture),
                at?.UtcTicks,
                isBlocked,
                until?.UtcTicks
            )!;

    void Duplicate(Lost what, ForeignRecord record, string name, string id)
    {
        Already += ImportTally.Of(what);
        problems(new(name, record.Line, id, "duplicate", "the same is there twice; it counts once."));
    }

    static long Hash(string article, string author, DateTimeOffset? postedAt, string body)
    {
        var hash = new XxHash64();
        foreach (var part in (ReadOnlySpan<string>)[article, author, $"{postedAt?.UtcTicks}", body])
        {
            hash.Append(MemoryMarshal.AsBytes(part.AsSpan()));
            hash.Append([0xFF, 0xFF]);
        }
        return (long)hash.GetCurrentHashAsUInt64();
    }

    public void Dispose()
    {
        foreach (
            var statement in (ReadOnlySpan<Prepared>)
                [
                    findRef,
                    findArticle,
                    addRef,
                    addArticle,
                    mergeArticle,
                    addPerson,
                    sameComments,
                    addComment,
                    addReaction,
                    addFlag,
                ]
        )
            statement.Dispose();
    }
}
