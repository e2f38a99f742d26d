using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.History;

/// <summary>An event as a line of the feed: NDJSON, its data passed through as they are stored.</summary>
public static class EventLine
{
    /// <summary>What is the same for all events of a type, and for all of a site.</summary>
    static readonly ConcurrentDictionary<string, (byte[] Stream, byte[] Type)> Types = new();
    static readonly ConcurrentDictionary<string, byte[]> Sites = new();

    public static void Write(IBufferWriter<byte> line, RecordedEvent e)
    {
        var (stream, type) = Types.GetOrAdd(
            e.Type,
            static name =>
            {
                var known = EventNames.Find(name);
                return (
                    JsonSerializer.SerializeToUtf8Bytes(known?.Stream ?? "unknown", Json.Options),
                    [
                        .. JsonSerializer.SerializeToUtf8Bytes(name, Json.Options),
                        .. ",\"schema\":"u8,
                        .. JsonSerializer.SerializeToUtf8Bytes(known?.Schema ?? 1, Json.Options),
                    ]
                );
            }
        );
        line.Write("{\"position\":"u8);
        line.Append(e.Position);
        line.Write(",\"id\":\""u8);
        line.Append(e.Id);
        line.Write("\",\"stream\":{\"type\":"u8);
        line.Write(stream);
        line.Write(",\"id\":\""u8);
        line.Append(e.Stream);
        line.Write("\"},\"version\":"u8);
        line.Append(e.Version);
        line.Write(",\"type\":"u8);
        line.Write(type);
        line.Write(",\"at\":\""u8);
        line.Append(e.At);
        line.Write("\",\"by\":"u8);
        if (e.TryGetRaw("by"u8, out var by))
        {
            line.Write("\""u8);
            line.Write(by);
            line.Write("\""u8);
        }
        else
            line.Write("null"u8);
        line.Write(",\"site\":"u8);
        line.Write(
            Sites.GetOrAdd(e.Site, static site => JsonSerializer.SerializeToUtf8Bytes(site, Json.Options))
        );
        line.Write(",\"data\":"u8);
        line.Write(e.Data.Span);
        line.Write(",\"metadata\":{\"correlationId\":"u8);
        if (e.CorrelationId is { } id)
        {
            line.Write("\""u8);
            line.Append(id);
            line.Write("\"}}\n"u8);
        }
        else
            line.Write("null}}\n"u8);
    }
}
