using System.Collections.Concurrent;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// The models that this node met, by hash: what is in one never changes. One that settings name and that is not here yet is
/// fetched by whoever screens first, so that every node judges by an adopted model from its first comment on.
/// </summary>
public static class KnownModels
{
    /// <summary>A megabyte each.</summary>
    const int Most = 16;

    static readonly ConcurrentDictionary<string, LearnedModel?> Models = new();
    static readonly ConcurrentDictionary<object, Func<string, (bool IsSure, LearnedModel? Model)>> Sources =
        new();

    /// <summary>Where models are fetched from.</summary>
    /// <param name="source">Says whether it is sure: a database that is away is not.</param>
    public static void AddSource(object owner, Func<string, (bool IsSure, LearnedModel? Model)> source) =>
        Sources[owner] = source;

    public static void RemoveSource(object owner) => Sources.TryRemove(owner, out _);

    public static LearnedModel? Find(string hash)
    {
        if (Models.TryGetValue(hash, out var known))
            return known;
        var areSure = true;
        foreach (var source in Sources.Values)
        {
            var (isSure, model) = source(hash);
            if (model is not null)
                return Keep(hash, model);
            areSure &= isSure;
        }
        // one that came with an imported history, without the model: not to be looked for with every comment
        return areSure && !Sources.IsEmpty ? Keep(hash, null) : null;
    }

    public static void Keep(LearnedModel model) => Keep(model.Hash, model);

    static LearnedModel? Keep(string hash, LearnedModel? model)
    {
        if (Models.Count >= Most && !Models.ContainsKey(hash))
            Models.Clear();
        return Models[hash] = model;
    }
}
