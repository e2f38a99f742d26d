using Microsoft.Data.Sqlite;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Once all is known: finds what belongs together, and an order in which parents come before their replies.</summary>
sealed class StagedThreads(StagedFile file, IReadOnlyList<string> names, Action<ImportProblem> problems)
{
    bool leftOut;

    /// <summary>What belongs to nothing that is known, and is left out.</summary>
    public ImportTally Rejected { get; private set; } = new();

    /// <summary>The first of it; null: all belongs somewhere.</summary>
    public ImportProblem? FirstRejected { get; private set; }

    public void Settle(CancellationToken ct)
    {
        file.Run(
            "update comments set article = (select article from refs where refs.ref = comments.ref) where article is null"
        );
        LeaveOut(
            Lost.Comment,
            "comments where article is null",
            "unknown-article",
            "it is on a page that is not in the file."
        );
        FindParents();
        ct.ThrowIfCancellationRequested();
        Order(ct);
        file.Run("create index comments_order on comments(article, depth, seq)");
        EstimateTimes();
        foreach (var table in (ReadOnlySpan<string>)["reactions", "flags"])
            file.Run(
                $"update {table} set comment_seq = (select min(seq) from comments where id = {table}.comment)"
            );
        LeaveOut(
            Lost.Reaction,
            "reactions where comment_seq is null",
            "unknown-comment",
            "it is a vote on a comment that is not in the file.",
            "comment"
        );
        leftOut |= file.Number("select exists (select 1 from flags where comment_seq is null)") == 1;
        file.Run("delete from flags where comment_seq is null");
        file.Run("create index reactions_order on reactions(comment_seq, seq)");
        file.Run("create index flags_order on flags(comment_seq, seq)");
        if (leftOut)
            ForgetPeople();
        file.Run("commit");
        file.Run("begin");
    }

    /// <summary>Those who only wrote what was left out.</summary>
    void ForgetPeople()
    {
        file.Run("create index comments_author on comments(author)");
        file.Run("create index reactions_person on reactions(person)");
        file.Run("create index flags_person on flags(person)");
        file.Run(
            """
            delete from people where not listed and not blocked
              and not exists (select 1 from comments where author = people.seq)
              and not exists (select 1 from reactions where person = people.seq)
              and not exists (select 1 from flags where person = people.seq)
            """
        );
    }

    void LeaveOut(Lost what, string rows, string kind, string message, string id = "id")
    {
        var count = 0L;
        foreach (var row in Rows($"select {id}, file, line from {rows}"))
        {
            count++;
            var problem = Tell(row, kind, message);
            FirstRejected ??= problem;
        }
        if (count == 0)
            return;
        leftOut = true;
        file.Run($"delete from {rows}");
        Rejected += ImportTally.Of(what, count);
    }

    ImportProblem Tell(SqliteDataReader row, string kind, string message)
    {
        var problem = new ImportProblem(
            names[row.GetInt32(1)],
            row.GetInt64(2),
            row.GetString(0),
            kind,
            message
        );
        problems(problem);
        return problem;
    }

    IEnumerable<SqliteDataReader> Rows(string sql)
    {
        using var command = file.Database.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader;
    }

    void FindParents()
    {
        file.Run(
            """
            update comments set parent_seq = (
              select min(p.seq) from comments p where p.id = comments.parent and p.article = comments.article)
            where parent is not null and parent_seq is null
            """
        );
        const string Lonely = "from comments where parent is not null and parent_seq is null";
        foreach (
            var row in Rows(
                $"select id, file, line, exists (select 1 from comments p where p.id = comments.parent) {Lonely} order by seq"
            )
        )
        {
            var isElsewhere = row.GetInt64(3) == 1;
            Tell(
                row,
                isElsewhere ? "cross-article-parent" : "orphan-parent",
                isElsewhere
                    ? "it replies to a comment on another page; it stands on its own page without a parent."
                    : "it replies to a comment that is not in the file; it stands without a parent."
            );
        }
    }

    /// <summary>Level by level; what is on none of them goes round in a circle.</summary>
    void Order(CancellationToken ct)
    {
        file.Run("update comments set depth = 0 where depth is null and parent_seq is null");
        if (file.Number("select exists (select 1 from comments where depth is null)") == 0)
            return;
        file.Run("create index comments_parent on comments(parent_seq) where depth is null");
        file.Run("create index comments_depth on comments(depth)");
        Descend(ct);
        while (file.Number("select exists (select 1 from comments where depth is null)") == 1)
        {
            foreach (var seq in Circles(ct))
            {
                foreach (var row in Rows($"select id, file, line from comments where seq = {seq}"))
                    Tell(
                        row,
                        "cycle",
                        "it and its parents reply to each other in a circle; it stands without a parent."
                    );
                file.Run($"update comments set parent_seq = null, depth = 0 where seq = {seq}");
            }
            Descend(ct);
        }
    }

    /// <summary>Gives their depth to those whose parents have one, level by level.</summary>
    void Descend(CancellationToken ct)
    {
        using var below = file.Prepare(
            """
            update comments set depth = $1 + 1
            where depth is null and parent_seq in (select seq from comments where depth = $1)
            """
        );
        for (var depth = 0L; depth <= file.Number("select max(depth) from comments"); depth++)
        {
            ct.ThrowIfCancellationRequested();
            below.Run(depth);
        }
    }

    /// <summary>The earliest record of each circle.</summary>
    List<long> Circles(CancellationToken ct)
    {
        var (earliest, seen) = (new List<long>(), new HashSet<long>());
        using var parentOf = file.Prepare("select parent_seq from comments where seq = $1");
        List<long> lost =
        [
            .. Rows("select seq from comments where depth is null order by seq limit 200000")
                .Select(r => r.GetInt64(0)),
        ];
        foreach (var start in lost)
        {
            ct.ThrowIfCancellationRequested();
            var way = new HashSet<long>();
            var at = start;
            while (seen.Add(at))
            {
                way.Add(at);
                at = (long)parentOf.Value(at)!;
            }
            if (!way.Contains(at))
                continue;
            var (first, next) = (at, (long)parentOf.Value(at)!);
            for (; next != at; next = (long)parentOf.Value(next)!)
                first = Math.Min(first, next);
            earliest.Add(first);
        }
        return earliest;
    }

    /// <summary>Where the source has no time, the place on the page keeps the order.</summary>
    void EstimateTimes() =>
        file.Run(
            """
            update comments set place = p.place from (
              select seq, row_number() over (partition by article order by seq) as place from comments
              where article in (select article from comments where posted is null)) p
            where comments.seq = p.seq and comments.posted is null
            """
        );
}
