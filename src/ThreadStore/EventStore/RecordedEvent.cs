using System.Text.Json;
using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.EventStore;

/// <summary>
/// An event as it is stored. One object is read into again and again, so that a history of any length needs no more
/// memory than its longest events: whoever wants to keep something of it copies that.
/// </summary>
public sealed class RecordedEvent
{
    /// <summary>What <see cref="Read"/> reads, of <c>mt_events e</c>; secrets are masked.</summary>
    public const string Columns = $$"""
        {{Members}}, case
          when e.type = 'site-configured' and e.data #>> '{settings,classifier,secret}' is not null
          then jsonb_set(e.data, '{settings,classifier}', (e.data #> '{settings,classifier}')
            || '{"url":"{{Classifier.Mask}}","secret":"{{Classifier.Mask}}"}')
          else e.data end::text
        """;

    /// <summary>The same, with the secrets: for whoever is to make an equal site.</summary>
    public const string ColumnsWithSecrets = $"{Members}, e.data::text";

    const string Members =
        "e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.tenant_id, e.correlation_id";

    /// <summary>Room for nearly every event; what is longer gets room of its own, for as long as it is there.</summary>
    const int Usual = 16 * 1024;

    byte[] data = [];
    int length;

    /// <summary>0: nothing was read yet.</summary>
    public long Position { get; private set; }
    public Guid Id { get; private set; }
    public Guid Stream { get; private set; }

    /// <summary>Its number within its stream.</summary>
    public long Version { get; private set; }

    /// <summary>Its stored name.</summary>
    public string Type { get; private set; } = "";

    /// <summary>When it was recorded, in UTC.</summary>
    public DateTime At { get; private set; }
    public string Site { get; private set; } = "";
    public string? CorrelationId { get; private set; }

    /// <summary>The fact itself, as JSON; valid until the next event is read.</summary>
    public ReadOnlyMemory<byte> Data => data.AsMemory(0, length);

    public void Read(NpgsqlDataReader reader)
    {
        Position = reader.GetInt64(0);
        Id = reader.GetGuid(1);
        Stream = reader.GetGuid(2);
        Version = reader.GetInt64(3);
        Type = reader.GetString(4);
        At = reader.GetDateTime(5);
        Site = reader.GetString(6);
        CorrelationId = reader.Text(7);
        using var text = reader.GetStream(8);
        length = (int)text.Length;
        if (length > data.Length || (data.Length > Usual && length <= Usual))
            data = new byte[length > Usual ? length : Math.Min(Usual, Math.Max(length, 2 * data.Length))];
        text.ReadExactly(data, 0, length);
    }

    /// <summary>A text member of the fact as it stands there, escapes included and without its quotes; or nothing.</summary>
    /// <param name="name">Of a member of the fact itself, not of what is nested in it.</param>
    /// <param name="text">What stands between its quotes.</param>
    public bool TryGetRaw(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(Data.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = json.ValueTextEquals(name);
            json.Read();
            if (isIt)
            {
                text = json.TokenType == JsonTokenType.String ? json.ValueSpan : default;
                return json.TokenType == JsonTokenType.String;
            }
            json.Skip();
        }
        text = default;
        return false;
    }
}
