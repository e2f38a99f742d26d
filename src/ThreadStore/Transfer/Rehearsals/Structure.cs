using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ThreadStore.EventStore;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>
/// What a history is apart from who and what it is about: what happened in which order, who replied to whom, who decided,
/// reacted, flagged and edited, with which words of ours, on texts of which length. People and things are told by when they
/// first came up, times not at all; so two histories are of one structure where one is the other in disguise.
/// </summary>
sealed class Structure
{
    byte[] hash = new byte[SHA256.HashSizeInBytes];
    readonly Dictionary<string, int> met = [];

    /// <summary>How many events were added.</summary>
    public long Events { get; private set; }

    public void Add(EventNames.Entry type, ReadOnlyMemory<byte> data)
    {
        Events++;
        using var fact = JsonDocument.Parse(data);
        var line = new StringBuilder(type.Name);
        Write(line, fact.RootElement, Member.Of(type.Name));
        hash = SHA256.HashData([.. hash, .. Encoding.UTF8.GetBytes(line.ToString())]);
    }

    /// <summary>Of each event and of the hash before it, in 64 hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(hash);

    void Write(StringBuilder line, JsonElement fact, IReadOnlyDictionary<string, Member> members)
    {
        foreach (var (name, member) in members)
            // what is left out, and what an event of before has not: nothing
            if (
                member.Part is not (Part.Time or Part.LeftOut)
                && fact.TryGetProperty(name, out var value)
                && value.ValueKind != JsonValueKind.Null
            )
            {
                line.Append(CultureInfo.InvariantCulture, $" {name}=");
                Write(line, value, member);
            }
    }

    void Write(StringBuilder line, JsonElement value, Member member)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                line.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(line, item, member);
                    line.Append(',');
                }
                line.Append(']');
                break;
            case JsonValueKind.Object when member.Inner is not null:
                line.Append('{');
                Write(line, value, member.Inner);
                line.Append('}');
                break;
            case JsonValueKind.String when member.Part is Part.Id or Part.Person or Part.Article:
                line.Append(CultureInfo.InvariantCulture, $"#{Ordinal(member.Part, value.GetString()!)}");
                break;
            case JsonValueKind.String when member.Part != Part.Word:
                line.Append(CultureInfo.InvariantCulture, $"{Http.Keys.Length(value.GetString()!)}");
                break;
            default:
                line.Append(value.GetRawText());
                break;
        }
    }

    int Ordinal(Part part, string value)
    {
        var name = $"{part}|{value}";
        if (!met.TryGetValue(name, out var ordinal))
            met[name] = ordinal = met.Count;
        return ordinal;
    }
}
