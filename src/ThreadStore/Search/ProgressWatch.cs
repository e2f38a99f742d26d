namespace ThreadStore.Search;

/// <summary>
/// Finds out that the stored progress of a projection was moved by somebody else, such as a rebuild: an agent would hold
/// on to its own, and never get on.
/// </summary>
sealed class ProgressWatch
{
    /// <summary>What an agent has reached and what is stored differ for moments, while it writes.</summary>
    const int Looks = 3;

    readonly Dictionary<string, (long Reached, long Stored, int Times)> seen = [];

    /// <param name="reached">By the agent, as it thinks.</param>
    public bool WasMoved(string name, long reached, long stored)
    {
        var last = seen.GetValueOrDefault(name);
        var times = (last.Reached, last.Stored) == (reached, stored) ? last.Times + 1 : 1;
        seen[name] = (reached, stored, times);
        return stored != reached && times >= Looks;
    }
}
