using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Kernel;
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
    readonly Prepared countSame;
    readonly Prepared sameComments;
    readonly Prepared findParent;
    readonly Prepared addComment;
    readonly Prepared addText;
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
            insert into people(key, listed, name, picture, joined, blocked, until, role)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict(key) do update set
              name = case when excluded.listed and not listed then coalesce(excluded.name, name)
                          else coalesce(name, excluded.name) end,
              picture = coalesce(picture, excluded.picture),
              joined = case when excluded.listed and excluded.joined is not null then excluded.joined
                            when listed and joined is not null then joined
                            else min(coalesce(joined, excluded.joined), coalesce(excluded.joined, joined)) end,
              blocked = blocked or excluded.blocked, until = coalesce(until, excluded.until),
              role = coalesce(role, excluded.role), listed = listed or excluded.listed
            returning seq
            """
        );
        countSame = file.Prepare("select max(n) from comments where id = $1");
        sameComments = file.Prepare("select n, hash from comments where id = $1");
        // most parents come first; of those that do not, nothing is known yet
        findParent = file.Prepare(
            "select seq, depth from comments where id = $1 and ref = $2 order by seq limit 1"
        );
        addComment = file.Prepare(
            """
            insert or ignore into comments(
              id, n, ref, article, parent, parent_seq, depth, author, name, hash, posted, file, line)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning seq
            """
        );
        addText = file.Prepare("insert into texts values ($1, $2)");
        addReaction = file.Prepare(
            "insert or ignore into reactions(comment, person, up, at, file, line) values ($1, $2, $3, $4, $5, $6)"
        );
        addFlag = file.Prepare(
            "insert or ignore into flags(comment, person, reason, note, at) values ($1, $2, $3, $4, $5)"
        );
    }

    /// <summary>What is staged of a person: who adds nothing to it need not be staged again.</summary>
    /// <param name="JoinedAt">No later than this.</param>
    sealed record Known(long Seq, bool HasName, bool HasPicture, bool HasRole, DateTimeOffset? JoinedAt);

    /// <summary>People that are remembered; most of a page's comments are by few.</summary>
    const int MaxRecent = 10_000;

    /// <summary>Comments of one id, each of which is compared with the others; past it something is wrong with the file.</summary>
    const long MaxSame = 1_000;

    readonly Dictionary<string, Known> recent = [];
    (string? Ref, long? Article) lastRef;

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
        var author = Person(key, c.Author, false, c.PostedAt, false, null);
        var (parent, depth) = ParentOf(c);
        var seq = Insert(1);
        if (seq is null && countSame.Value(c.Id) is >= MaxSame)
        {
            Rejected += ImportTally.Of(Lost.Comment);
            problems(
                new(name, c.Line, c.Id, "id-collision", $"{MaxSame} other comments have the same id already.")
            );
            return;
        }
        if (seq is null)
        {
            // its id is taken: by the same, or by others
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
            problems(
                new(
                    name,
                    c.Line,
                    c.Id,
                    "id-collision",
                    $"another comment has the id {Fields.Shown(c.Id)}; this one is kept as {Fields.Shown(c.Id)}~{n}."
                )
            );
            seq = Insert(n);
        }
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
        addText.Run(seq, JsonSerializer.SerializeToUtf8Bytes(text, Json.Options));

        object? Insert(long n) =>
            addComment.Value(
                c.Id,
                n,
                c.Article,
                ArticleOf(c.Article),
                c.Parent,
                parent,
                depth,
                author,
                Fields.Some(c.Author.Name),
                hash,
                c.PostedAt?.UtcTicks,
                number,
                c.Line
            );
    }

    /// <summary>As far as it is known by now; <see cref="StagedThreads"/> finds the others.</summary>
    (long? Seq, long? Depth) ParentOf(ForeignComment c)
    {
        if (c.Parent is null)
            return (null, 0);
        using var found = findParent.Rows(c.Parent, c.Article);
        return found.Read()
            ? (found.GetInt64(0), found.IsDBNull(1) ? null : found.GetInt64(1) + 1)
            : (null, null);
    }

    /// <summary>The same page is named by many comments in a row.</summary>
    long? ArticleOf(string reference)
    {
        if (lastRef.Ref != reference || lastRef.Article is null)
            lastRef = (reference, findRef.Value(reference) as long?);
        return lastRef.Article;
    }

    long Person(
        ForeignPerson person,
        bool isListed,
        DateTimeOffset? at,
        bool isBlocked,
        DateTimeOffset? until
    ) => Person(keys.Of(person), person, isListed, at, isBlocked, until);

    long Person(
        string key,
        ForeignPerson person,
        bool isListed,
        DateTimeOffset? at,
        bool isBlocked,
        DateTimeOffset? until
    )
    {
        var (name, picture) = (Fields.Some(person.Name), ForeignKeys.Picture(person.Picture));
        var known = recent.GetValueOrDefault(key);
        if (
            known is not null
            && !isListed
            && !isBlocked
            && (known.HasName || name is null)
            && (known.HasPicture || picture is null)
            && (known.HasRole || person.Role is null)
            && (at is null || known.JoinedAt <= at)
        )
            return known.Seq;
        var seq = (long)
            addPerson.Value(
                key,
                isListed,
                name,
                picture,
                at?.UtcTicks,
                isBlocked,
                until?.UtcTicks,
                person.Role
            )!;
        if (recent.Count >= MaxRecent)
            recent.Clear();
        recent[key] = new(
            seq,
            known?.HasName == true || name is not null,
            known?.HasPicture == true || picture is not null,
            known?.HasRole == true || person.Role is not null,
            known?.JoinedAt < at ? known.JoinedAt : at
        );
        return seq;
    }

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
                    countSame,
                    sameComments,
                    findParent,
                    addComment,
                    addText,
                    addReaction,
                    addFlag,
                ]
        )
            statement.Dispose();
    }
}
