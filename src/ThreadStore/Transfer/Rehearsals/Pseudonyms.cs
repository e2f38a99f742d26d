using System.Security.Cryptography;
using System.Text;
using ThreadStore.Http;
using ThreadStore.Identity;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>What a rehearsal leaves as it is.</summary>
[Flags]
public enum Kept
{
    Nothing = 0,

    /// <summary>What was written: comments, articles with their keys and addresses, reasons, notes.</summary>
    Texts = 1,

    /// <summary>Who people are: their keys, names and pictures.</summary>
    Names = 2,
}

/// <summary>
/// Gives everybody and everything another name, the same one each time. All follow from a key, and lead back to nobody
/// without it. No two people, and no two articles, become one, nor one that is there already.
/// </summary>
public sealed class Pseudonyms
{
    /// <summary>Tries at a name that nobody has; then the next free one is taken. There are as many names of a shape as people
    /// who can have it, but others may have some: where none is left, a name gets longer.</summary>
    const int Attempts = 64;

    /// <summary>What begins a key and says something of the kind of person that has it, not who it is.</summary>
    static readonly string[] Prefixes =
    [
        Guest.Prefix,
        Caller.ErasedPrefix,
        .. Caller.ImportFormats.Select(f => $"{f}:"),
    ];

    /// <summary>Who is nobody: programs of our own.</summary>
    static readonly HashSet<string> Programs =
    [
        Imports.By,
        Comments.PurgeFlagNotes.By,
        Privacy.ApplyLedger.By,
        Moderation.CallClassifier.By,
    ];

    readonly byte[] key;
    readonly Kept kept;
    readonly Scramble scramble;
    readonly Named people = new();
    readonly Named articles = new();

    Pseudonyms(byte[] key, Kept kept)
    {
        (this.key, this.kept, scramble) = (key, kept, new(key));
        Run = $"rehearsal-{Convert.ToHexStringLower(HMACSHA256.HashData(key, "run"u8))[..16]}";
    }

    /// <param name="seed">From which the key follows; null: a random one, which is gone afterwards.</param>
    public static Pseudonyms Of(string? seed, Kept kept) =>
        new(
            seed is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(Encoding.UTF8.GetBytes(seed)),
            kept
        );

    /// <summary>By which what was played is known among what others wrote.</summary>
    public string Run { get; }

    public Guid Id(Guid id)
    {
        var hash = HMACSHA256.HashData(key, id.ToByteArray(bigEndian: true)).AsSpan(0, 16);
        // version 8 (RFC 9562): bits of one's own making
        (hash[6], hash[8]) = ((byte)(hash[6] & 0x0F | 0x80), (byte)(hash[8] & 0x3F | 0x80));
        return new(hash, bigEndian: true);
    }

    /// <summary>Before anything is named: names that others have, which nobody gets, and who and what there is.</summary>
    public void Meet(Keys taken, Keys met)
    {
        people.Reserve(taken.People);
        articles.Reserve(taken.Articles);
        foreach (var key in met.People)
            Person(key);
        foreach (var key in met.Articles)
            Article(key);
    }

    /// <summary>Of a site, each in the order in which they came.</summary>
    public sealed record Keys(IReadOnlyList<string> People, IReadOnlyList<string> Articles);

    public string Person(string key)
    {
        if (Programs.Contains(key))
            return key;
        if (kept.HasFlag(Kept.Names))
            return people.Keep(key);
        var prefix = Array.Find(Prefixes, p => key.StartsWith(p, StringComparison.Ordinal)) ?? "";
        return people.Of(
            key,
            attempt => prefix + scramble.Letters("person", key[prefix.Length..], attempt),
            prefix.Length,
            // a name that a program has, or that makes somebody a guest
            taken: other =>
                Programs.Contains(other)
                || Array.Exists(
                    Prefixes,
                    p => p.Length > prefix.Length && other.StartsWith(p, StringComparison.Ordinal)
                )
        );
    }

    public string Article(string key) =>
        kept.HasFlag(Kept.Texts)
            ? key
            : articles.Of(key, attempt => scramble.Letters("article", key, attempt), 0, _ => false);

    /// <param name="isPicture">Of a person.</param>
    public string Address(string address, bool isPicture) =>
        kept.HasFlag(isPicture ? Kept.Names : Kept.Texts) ? address : scramble.Address(address);

    public string Name(string name) => kept.HasFlag(Kept.Names) ? name : scramble.Letters("name", name);

    /// <summary>An id elsewhere: whatever is kept, it leads to somebody.</summary>
    public string Elsewhere(string id) => scramble.Letters("elsewhere", id);

    public string Text(string text, bool isHtml = false) =>
        kept.HasFlag(Kept.Texts) ? text : scramble.Prose(text, isHtml, Mention);

    /// <summary>Of a key, where it is that of somebody who was met; else it is a word as others are.</summary>
    string? Mention(string text, bool isName) => isName ? Name(text) : people.Find(text);

    /// <summary>Names that are given once.</summary>
    sealed class Named
    {
        readonly Dictionary<string, string> given = [];
        readonly HashSet<string> all = [];

        /// <summary>Of an alphabet that has others.</summary>
        const char Longer = 'a';

        public string? Find(string name) => given.GetValueOrDefault(name);

        public void Reserve(IEnumerable<string> names) => all.UnionWith(names);

        public string Keep(string name) => given[name] = name;

        /// <param name="from">Where what may be another begins.</param>
        /// <param name="taken">Is another's, or nobody's to have.</param>
        public string Of(string name, Func<int, string> propose, int from, Func<string, bool> taken)
        {
            if (given.TryGetValue(name, out var known))
                return known;
            var other = propose(0);
            for (var attempt = 1; (other == name || !IsFree(other)) && attempt < Attempts; attempt++)
                other = propose(attempt);
            var first = other;
            while (!IsFree(other))
                if ((other = Next(other, from)) == first)
                    first = other += Longer;
            all.Add(other);
            return given[name] = other;

            bool IsFree(string other) => !all.Contains(other) && (!taken(other) || other == name);
        }

        /// <summary>As one counts: the last sign becomes the next of its alphabet, and after its last the one before moves on.</summary>
        static string Next(string name, int from)
        {
            var runes = name.EnumerateRunes().ToArray();
            var length = name.Length;
            for (var i = runes.Length - 1; i >= 0; i--)
            {
                length -= runes[i].Utf16SequenceLength;
                if (length < from || Alphabets.Of(runes[i]) is not { Length: > 0 } others)
                    continue;
                var at = Array.IndexOf(others, runes[i]) + 1;
                runes[i] = others[at % others.Length];
                if (at < others.Length)
                    break;
            }
            return string.Concat(runes);
        }
    }
}
