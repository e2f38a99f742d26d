using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>People on their way in.</summary>
sealed class PersonSource(LoadContext load)
{
    long after;

    public async Task<List<Incoming>?> NextAsync(CancellationToken ct)
    {
        var people = load.Reading.People(after, LoadContext.Stretch);
        if (people.Count == 0)
            return null;
        after = people[^1].Seq;
        var site = load.Site;
        var known = await load.Lookup.RowsAsync(
            ReaderTables.Commenters,
            [.. people.Select(p => StreamId.Commenter(site, p.Person.Key))],
            ct
        );
        return
        [
            .. people.Select(p =>
            {
                var isKnown = known.ContainsKey(StreamId.Commenter(site, p.Person.Key));
                if (isKnown)
                    load.Already(Lost.Commenter);
                return new Incoming(
                    Lost.Commenter,
                    p.Person.Key,
                    0,
                    0,
                    isKnown ? [] : load.Events.Person(p.Person, p.Seq)
                );
            }),
        ];
    }
}
