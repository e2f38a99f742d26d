using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>One line of an endpoint's <c>returns</c>: a status, and what comes with it or why.</summary>
/// <param name="Codes">For a refusal, the problem codes.</param>
public sealed record DocumentedAnswer(int Status, string Text, IReadOnlyList<string> Codes);

/// <summary>
/// The doc comments of this assembly, from the file that the compiler writes beside it: what people read in the code
/// is what the API's users read.
/// </summary>
public sealed partial class DocComments
{
    readonly Dictionary<string, XElement> members;

    DocComments(XDocument file) =>
        members = file.Descendants("member").ToDictionary(m => (string)m.Attribute("name")!);

    public static DocComments Load() =>
        new(
            XDocument.Load(
                Path.Combine(AppContext.BaseDirectory, $"{typeof(DocComments).Assembly.GetName().Name}.xml")
            )
        );

    public string? Summary(Type type) => Text(Find($"T:{Name(type)}")?.Element("summary"));

    public string? Summary(MethodInfo method) => Text(Find(method)?.Element("summary"));

    public string? Remarks(MethodInfo method) => Text(Find(method)?.Element("remarks"));

    /// <summary>What is said of a member, or of the parameter of a record that it comes from.</summary>
    public string? Summary(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        return Text(Find($"P:{Name(owner)}.{property.Name}")?.Element("summary"))
            ?? Text(
                Find($"T:{Name(owner)}")
                    ?.Elements("param")
                    .FirstOrDefault(p => (string?)p.Attribute("name") == property.Name)
            );
    }

    /// <summary>What an endpoint's <c>returns</c> lists: <c>201 the comment; 409 too-deep, discussion-closed; 413</c>.</summary>
    public IReadOnlyList<DocumentedAnswer> Answers(MethodInfo method)
    {
        var answers = new List<DocumentedAnswer>();
        var returns = Text(Find(method)?.Element("returns")) ?? "";
        foreach (var part in returns.TrimEnd('.').Split(';', StringSplitOptions.TrimEntries))
        {
            var match = StatusLine().Match(part);
            if (!match.Success)
            {
                if (answers.Count > 0)
                    answers[^1] = answers[^1] with { Text = $"{answers[^1].Text}; {part}" };
                continue;
            }
            var (status, text) = (int.Parse(match.Groups[1].ValueSpan, null), match.Groups[2].Value.Trim());
            answers.Add(new(status, text, status < 400 ? [] : Codes(method, status, text)));
        }
        return answers;
    }

    static string[] Codes(MethodInfo method, int status, string text)
    {
        var codes = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (codes.Length == 0 && ProblemCodes.ForStatus(status) is { } general)
            codes = [general];
        foreach (var code in codes)
            if (
                ProblemCodes.Find(code) is not { } kind
                || (kind.Status != status && kind.OtherStatus != status)
            )
                throw new InvalidOperationException(
                    $"{method.DeclaringType?.Name}.{method.Name}: its doc comment says '{status} {code}', but ProblemCodes lists no code '{code}' with that status."
                );
        return codes;
    }

    XElement? Find(string name) => members.GetValueOrDefault(name);

    // overloads would be told apart by their parameters; endpoints have none
    XElement? Find(MethodInfo method)
    {
        var name = $"M:{Name(method.DeclaringType!)}.{method.Name}";
        return Find(name)
            ?? members.FirstOrDefault(m => m.Key.StartsWith(name + "(", StringComparison.Ordinal)).Value;
    }

    static string Name(Type type) => type.FullName!.Replace('+', '.');

    static string? Text(XElement? element) =>
        element is null ? null : Spaces().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "paramref" } parameter =>
                $"`{JsonNamingPolicy.CamelCase.ConvertName((string?)parameter.Attribute("name") ?? "")}`",
            XElement { Name.LocalName: "see" } see => ((string?)see.Attribute("cref") ?? "").Split('.', ':')[
                ^1
            ],
            XElement other => string.Concat(other.Nodes().Select(Text)),
            _ => "",
        };

    [GeneratedRegex(@"^([1-5]\d\d)\b,?(.*)$")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
