namespace ThreadStore.Rows;

/// <summary>
/// Whether a moderator locked a comment or anything above it. Nobody asks but those who reply on an article that has locks,
/// or that may get some from what comes in the same batch.
/// </summary>
public sealed partial class WorkingSet
{
    // none of them in nearly all sets
    HashSet<(string Site, Guid Id)>? branches;
    Dictionary<(string Site, Guid Id), (Guid? Parent, bool IsLocked)>? above;

    /// <summary>Comments of which must be known what stands above them.</summary>
    public IReadOnlyCollection<(string Site, Guid Id)> WantedBranches => branches ?? [];

    /// <summary>A command of this batch may lock something, or bring what is locked to another article: until all are decided,
    /// no article's count says that there is nothing.</summary>
    public bool LocksMayChange
    {
        get => field || families is not null;
        set;
    }

    /// <summary>Has it loaded what stands above a comment, as far as that is not known already.</summary>
    public void WantBranch(string site, Guid comment)
    {
        for (Guid? at = comment; at is { } id; )
        {
            if (Comments.Known(site, id) is not { } known)
            {
                (branches ??= []).Add((site, id));
                return;
            }
            at = known.ParentId;
        }
    }

    public void LoadedBranch(string site, Guid comment, Guid? parent, bool isLocked) =>
        (above ??= []).TryAdd((site, comment), (parent, isLocked));

    /// <summary>Nobody may reply to a comment: it is locked itself, or something above it.</summary>
    public bool IsInLockedBranch(string site, Guid comment)
    {
        for (Guid? at = comment; at is { } id; )
        {
            // what is loaded whole is as those before in the batch left it
            var (parent, isLocked) = Comments.Known(site, id) is { } known
                ? (known.ParentId, known.IsLocked)
                : above?.GetValueOrDefault((site, id)) ?? default;
            if (isLocked)
                return true;
            at = parent;
        }
        return false;
    }
}

/// <summary>Brings in what stands above comments: no more of it than their locks.</summary>
public sealed partial class RowStore
{
    readonly string branches = $"""
        with recursive r(site, id, parent_id, is_locked) as (
          select c.site, c.id, c.parent_id, c.is_locked
          from unnest($1, $2) as w(site, id) join {schema}.comment_rows c on c.site = w.site and c.id = w.id
          union
          select p.site, p.id, p.parent_id, p.is_locked
          from r join {schema}.comment_rows p on p.site = r.site and p.id = r.parent_id
        )
        select r.site, r.id, r.parent_id, r.is_locked from r
        """;
}
