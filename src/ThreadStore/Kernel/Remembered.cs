namespace ThreadStore.Kernel;

/// <summary>
/// What was kept of late, within bounds. Two generations: what is kept again stays, what nobody keeps again goes with the
/// older one.
/// </summary>
/// <param name="capacity">Of a generation, in whatever weighs what is kept; all holds up to twice as much.</param>
public sealed class Remembered<TKey, T>(int capacity)
    where TKey : notnull
    where T : class
{
    Dictionary<TKey, T> young = [];
    Dictionary<TKey, T> old = [];
    int size;

    public T? Find(TKey key) => young.GetValueOrDefault(key) ?? old.GetValueOrDefault(key);

    public void Keep(TKey key, T value, int weight = 1)
    {
        if (!young.ContainsKey(key))
            size += weight;
        young[key] = value;
        if (size <= capacity)
            return;
        (old, young) = (young, old);
        young.Clear();
        size = 0;
    }

    public void Remove(TKey key)
    {
        young.Remove(key);
        old.Remove(key);
    }

    public void Clear()
    {
        young.Clear();
        old.Clear();
        size = 0;
    }
}
