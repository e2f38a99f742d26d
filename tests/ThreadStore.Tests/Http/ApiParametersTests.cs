using System.Text.Json;
using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public partial class ApiParametersTests(Store store)
{
    [Fact]
    public async Task Parameters_take_what_is_documented_and_nothing_else()
    {
        var document = await ApiDocument.ReadAsync(store);
        var samples = await ApiSamples.OnASiteAsync(store);
        var complaints = new List<string>();
        foreach (var operation in document.Operations)
        foreach (var parameter in operation.Json.GetProperty("parameters").EnumerateArray())
        {
            var (place, name) = (
                parameter.GetProperty("in").GetString(),
                parameter.GetProperty("name").GetString()!
            );
            if (place == "path")
                continue;
            var schema = Resolve(document, parameter.GetProperty("schema"));
            async Task TryAsync(string value, bool isRight)
            {
                var good = await samples.MakeAsync(operation.Id);
                if (good is null)
                    return;
                // the past is not for everybody
                if (name is "asOf" or "atPosition")
                    good = good with { Roles = good.Roles | Role.Analyst };
                var asked =
                    place == "header" ? good with { Headers = [(name, value)] } : good.Ask($"{name}={value}");
                var reply = await asked.SendAsync(store, operation);
                if (isRight ? reply.Status >= 400 : reply.Status != 400)
                    complaints.Add($"{operation.Id} {name}={value}: {reply.Status} {reply.Text}");
                complaints.AddRange(
                    document.Faults(operation, reply).Select(f => $"{operation.Id} {name}: {f}")
                );
            }
            foreach (var value in Wrong(schema))
                await TryAsync(value, isRight: false);
            foreach (var value in name == "follow" ? ["false"] : Right(schema)) // with true it has no end
                await TryAsync(value, isRight: true);
        }

        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
    }

    [Fact]
    public async Task A_parameter_that_is_left_out_has_its_documented_default()
    {
        var document = await ApiDocument.ReadAsync(store);
        var samples = await ApiSamples.OnASiteAsync(store);
        foreach (var operation in document.Operations.Where(o => o.Method == "GET"))
        foreach (var parameter in operation.Json.GetProperty("parameters").EnumerateArray())
        {
            if (!parameter.GetProperty("schema").TryGetProperty("default", out var value))
                continue;
            if (await samples.MakeAsync(operation.Id) is not { } good)
                continue;
            var asked = $"{parameter.GetProperty("name")}={value.GetRawText().Trim('"')}";
            // what lags may catch up between the two
            await Until.TrueAsync(
                async () =>
                {
                    var without = await good.SendAsync(store, operation);
                    var with = await good.Ask(asked).SendAsync(store, operation);
                    return Content(without.Expect(200)) == Content(with.Expect(200));
                },
                $"{operation.Id} without {asked} answers as with it"
            );
        }
    }

    /// <summary>All but the position, which moves on whatever is asked.</summary>
    static string Content(Reply reply) => Position().Replace(reply.Text, "");

    [GeneratedRegex(",\"position\":[0-9]+")]
    private static partial Regex Position();

    /// <summary>The schema with what it refers to.</summary>
    static Dictionary<string, JsonElement> Resolve(ApiDocument document, JsonElement schema)
    {
        var all = schema.EnumerateObject().ToDictionary(m => m.Name, m => m.Value);
        if (all.TryGetValue("$ref", out var reference))
            foreach (
                var member in reference
                    .GetString()!
                    .TrimStart('#', '/')
                    .Split('/')
                    .Aggregate(document.Json, (json, part) => json.GetProperty(part))
                    .EnumerateObject()
            )
                all.TryAdd(member.Name, member.Value);
        return all;
    }

    static IEnumerable<string> Wrong(Dictionary<string, JsonElement> schema)
    {
        if (schema["type"].ToString() is "integer" or "boolean" || schema.ContainsKey("enum"))
            yield return "nope";
        if (schema.TryGetValue("minimum", out var min))
            yield return $"{min.GetInt64() - 1}";
        if (schema.TryGetValue("maximum", out var max))
            yield return $"{max.GetInt64() + 1}";
        if (schema.TryGetValue("maxLength", out var length))
            yield return new string('x', length.GetInt32() + 1);
    }

    static IEnumerable<string> Right(Dictionary<string, JsonElement> schema)
    {
        if (schema["type"].ToString() == "boolean")
            return ["true", "false"];
        if (schema.TryGetValue("enum", out var words))
            return words.EnumerateArray().Select(w => w.GetString()!);
        if (schema.TryGetValue("maxLength", out var length))
            return ["x", new string('x', length.GetInt32())];
        return ((string[])["minimum", "maximum"]).Where(schema.ContainsKey).Select(b => schema[b].ToString());
    }
}
