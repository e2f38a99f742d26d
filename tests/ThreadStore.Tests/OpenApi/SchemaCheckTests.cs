using System.Text.Json;
using Xunit;

namespace ThreadStore.Tests.OpenApi;

public class SchemaCheckTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "1")]
    [InlineData("""{"type":["null","string"]}""", "1")]
    [InlineData("""{"type":"integer"}""", "1.5")]
    [InlineData("""{"type":"string","enum":["a","b"]}""", "\"c\"")]
    [InlineData("""{"type":"string","format":"uuid"}""", "\"x\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"2021-04-02 10:00\"")]
    [InlineData("""{"type":"integer","minimum":1}""", "0")]
    [InlineData("""{"type":"integer","maximum":1}""", "2")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "[\"a\",1]")]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{}}}""", "{}")]
    [InlineData("""{"type":"object","properties":{"a":{}}}""", """{"b":1}""")]
    [InlineData("""{"type":"object","properties":{"a":{}},"additionalProperties":false}""", """{"b":1}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"b":"1"}""")]
    [InlineData("""{"anyOf":[{"$ref":"#/a"},{"type":"null"}]}""", "true")]
    [InlineData("""{"$ref":"#/a"}""", "null")]
    [InlineData("""{"unheardOf":1}""", "1")]
    public void What_does_not_fit_is_a_fault(string schema, string value)
    {
        Assert.NotEmpty(Faults(schema, value));
    }

    [Theory]
    [InlineData("""{"type":["null","string"]}""", "null")]
    [InlineData("""{"type":"number"}""", "1.5")]
    [InlineData("""{"type":"integer","minimum":1,"maximum":1}""", "1")]
    [InlineData(
        """{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}""",
        """{"a":1}"""
    )]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"b":1}""")]
    [InlineData("""{"anyOf":[{"$ref":"#/a"},{"type":"null"}]}""", "null")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"2021-04-02T10:00:00.123456Z\"")]
    public void What_fits_is_none(string schema, string value)
    {
        Assert.Empty(Faults(schema, value));
    }

    static IEnumerable<string> Faults(string schema, string value) =>
        new SchemaCheck(Json("""{"a":{"type":"string"}}"""), isStrict: true).Faults(
            Json(schema),
            Json(value)
        );

    static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
