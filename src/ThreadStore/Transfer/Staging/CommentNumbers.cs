using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>A comment among those of one id.</summary>
sealed record SharedComment(long Seq, int N, DateTimeOffset? PostedAt, int File, long Line);

/// <summary>
/// Numbers for comments that share an id: with each other, or with one that was imported before. All of an id get theirs
/// at once, so that none takes the number of another; and the same ones again whenever the same file comes again.
/// </summary>
sealed class CommentNumbers(LoadContext load)
{
    /// <summary>Numbers that are looked at beyond as many as there are comments: an import that was cut off leaves gaps.</summary>
    const int Ahead = 4;

    /// <param name="Stored">When those that were imported before were posted, by their numbers.</param>
    sealed record Shared(string Id, List<SharedComment> Comments, Dictionary<int, DateTimeOffset> Stored)
    {
        public int Looked { get; set; }
        public bool GoesOn { get; set; } = true;
    }

    /// <returns>The number of each comment that has one of these ids, by its place in the file.</returns>
    public async Task<Dictionary<long, int>> SettleAsync(IEnumerable<string> ids, CancellationToken ct)
    {
        List<Shared> all = [.. ids.Select(id => new Shared(id, load.Reading.Sharing(id), []))];
        while (all.Where(s => s.GoesOn).ToList() is { Count: > 0 } open)
            await LookAsync(open, ct);
        var numbers = new Dictionary<long, int>();
        foreach (var shared in all)
        {
            var given = Give(shared);
            load.Reading.Renumber(shared.Id, given);
            foreach (var comment in shared.Comments)
            {
                numbers[comment.Seq] = given[comment.Seq];
                if (given[comment.Seq] != comment.N)
                    load.Tell(
                        new(
                            load.Names[comment.File],
                            comment.Line,
                            shared.Id,
                            "id-collision",
                            $"another comment of this id was imported before; this one is kept as {Fields.Shown(shared.Id)}{(given[comment.Seq] == 1 ? "" : $"~{given[comment.Seq]}")}."
                        )
                    );
            }
        }
        return numbers;
    }

    /// <summary>Looks on until as many numbers as may be needed are free.</summary>
    async Task LookAsync(List<Shared> open, CancellationToken ct)
    {
        List<(Shared Of, int N, Guid Id)> asked =
        [
            .. open.SelectMany(s =>
                // twice as many each time: whoever shares an id with thousands is soon through
                Enumerable
                    .Range(s.Looked + 1, Math.Max(s.Comments.Count + Ahead, s.Looked))
                    .Select(n => (s, n, load.IdOf(s.Id, n)))
            ),
        ];
        var known = await load.Lookup.CommentsAsync([.. asked.Select(a => a.Id).Distinct()], ct);
        foreach (var shared in open)
            shared.GoesOn = false;
        foreach (var (shared, n, id) in asked)
        {
            shared.Looked = n;
            if (!known.TryGetValue(id, out var there))
                continue;
            shared.Stored[n] = there.PostedAt;
            shared.GoesOn = true;
        }
    }

    Dictionary<long, int> Give(Shared shared)
    {
        var (stored, numbers, taken) = (shared.Stored, new Dictionary<long, int>(), new HashSet<int>());
        // the same was imported before: its time tells; best under its own number
        foreach (var c in Open(c => c.PostedAt is not null))
            if (stored.TryGetValue(c.N, out var at) && at == c.PostedAt)
                Take(c, c.N);
        foreach (var c in Open(c => c.PostedAt is not null))
            if (Lowest(n => stored[n] == c.PostedAt) is { } n)
                Take(c, n);
        // where the source tells no time, whatever has the id is taken for the same
        foreach (var c in Open(c => c.PostedAt is null))
            if (stored.ContainsKey(c.N) && !taken.Contains(c.N))
                Take(c, c.N);
        foreach (var c in Open(c => c.PostedAt is null))
            if (Lowest(_ => true) is { } n)
                Take(c, n);
        // what is new keeps its number where it can
        foreach (var c in Open(_ => true))
            if (IsFree(c.N))
                Take(c, c.N);
        var next = 1;
        foreach (var c in Open(_ => true))
        {
            while (!IsFree(next))
                next++;
            Take(c, next);
        }
        return numbers;

        List<SharedComment> Open(Func<SharedComment, bool> which) =>
            [.. shared.Comments.Where(c => !numbers.ContainsKey(c.Seq) && which(c))];

        void Take(SharedComment c, int n)
        {
            if (taken.Add(n))
                numbers[c.Seq] = n;
        }

        int? Lowest(Func<int, bool> which) =>
            stored.Keys.Where(n => !taken.Contains(n) && which(n)).Select(n => (int?)n).Min();

        // another may be called just so by its source
        bool IsFree(int n) =>
            !stored.ContainsKey(n)
            && !taken.Contains(n)
            && (n == 1 || load.Reading.Sharing(LoadContext.SourceId(shared.Id, n)).Count == 0);
    }
}
