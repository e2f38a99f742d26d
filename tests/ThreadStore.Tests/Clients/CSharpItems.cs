using System.Globalization;
using System.Text;
using System.Text.Json;
using ThreadStore.Tests.OpenApi;

namespace ThreadStore.Tests.Clients;

// Lists, which the client also gives as one sequence.
public sealed partial class CSharpClient
{
    /// <summary>The same list as one sequence of all of its items.</summary>
    void Items(
        StringBuilder output,
        ApiOperation operation,
        string method,
        JsonElement page,
        List<Argument> arguments
    )
    {
        var schema = schemas.GetProperty(NameOf(page));
        var item = TypeOf(schema.GetProperty("properties").GetProperty("items").GetProperty("items"));
        var own = arguments.Where(a => a.Name != "cursor").ToList();
        Documentation(output, operation, own, "All items of all pages: ");
        output
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"    public IAsyncEnumerable<{item}> {method}ItemsAsync({string.Join(", ", own.Select(a => a.Declared).Append("CancellationToken ct = default"))}) =>"
            )
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"        {WithReplies(item, own, $"PagesAsync<{NameOf(page)}, {item}>(next => {method}Async({string.Join(", ", own.Select(a => $"{a.Name}: {a.Name}").Append("cursor: next").Append("ct: ct"))}), page => (page.Items, page.NextCursor), ct)")};"
            )
            .AppendLine();
    }

    /// <summary>Comments that come with the first of their replies come with the others, too.</summary>
    static string WithReplies(string item, List<Argument> own, string pages)
    {
        if (item != "ThreadComment")
            return pages;
        var alike = own.Where(a => a.Name is "site" or "limit" or "replies" or "asOf" or "atPosition");
        return $"WithRepliesAsync({pages}, (id, next) => GetRepliesAsync({string.Join(", ", alike.Select(a => $"{a.Name}: {a.Name}").Append("commentId: id").Append("cursor: next").Append("ct: ct"))}), ct)";
    }
}
