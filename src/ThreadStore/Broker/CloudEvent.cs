using System.Buffers;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Threads;

namespace ThreadStore.Broker;

/// <summary>An event of the history as CloudEvents 1.0 in structured JSON.</summary>
/// <param name="Id">Of the site and the position: the same however often it is sent.</param>
/// <param name="Key">By which it is routed: the site and the type.</param>
/// <param name="Stream">Within it, order is kept.</param>
public sealed record CloudEvent(string Id, string Key, Guid Stream, byte[] Json)
{
    public const string ContentType = "application/cloudevents+json";

    public static CloudEvent Of(RecordedEvent e)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        EventLine.Write(line, e);
        var json = new ArrayBufferWriter<byte>(line.WrittenCount + 300);
        var id = $"{e.Site}:{e.Position}";
        json.Append("{\"specversion\":\"1.0\",\"id\":");
        json.Write(ThreadQuery.Quote(id));
        json.Append(",\"source\":");
        json.Write(ThreadQuery.Quote($"/v1/sites/{e.Site}"));
        json.Append($",\"type\":\"threadstore.{e.Type}\",\"subject\":\"{e.Stream}\",\"time\":\"");
        json.Append(e.At);
        json.Append("\",\"datacontenttype\":\"application/json\",\"data\":");
        // without the end of the line
        json.Write(line.WrittenSpan[..^1]);
        json.Append("}");
        return new(id, $"{e.Site}.{e.Type}", e.Stream, json.WrittenSpan.ToArray());
    }
}
