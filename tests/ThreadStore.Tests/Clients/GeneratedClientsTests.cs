using System.Text.RegularExpressions;
using ThreadStore.Client;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>
/// What is generated of the clients is what the OpenAPI document gives now. <c>.ci/regenerate-clients</c> runs these with
/// THREADSTORE_REGENERATE set: then they write what they would complain of.
/// </summary>
public partial class GeneratedClientsTests(Store store)
{
    static readonly bool IsToWrite =
        Environment.GetEnvironmentVariable("THREADSTORE_REGENERATE") is { Length: > 0 };

    static void AssertHolds(string path, string text)
    {
        var file = Path.Combine(Sources.Root, path);
        if (IsToWrite)
            File.WriteAllText(file, text);
        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == text,
            $"{path} is not what the OpenAPI document gives now: run .ci/regenerate-clients and commit what it writes."
        );
    }

    [Fact]
    public async Task The_CSharp_client_has_the_types_and_operations_of_the_document()
    {
        var client = new CSharpClient(await ApiDocument.ReadAsync(store));

        AssertHolds("src/ThreadStore.Client/Generated/Models.g.cs", client.Models());
        AssertHolds("src/ThreadStore.Client/Generated/Operations.g.cs", client.Operations());
    }

    [Fact]
    public async Task The_TypeScript_client_has_the_types_of_the_document()
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-types-").FullName;
        try
        {
            var (document, types) = (Path.Combine(folder, "v1.json"), Path.Combine(folder, "schema.ts"));
            await File.WriteAllTextAsync(document, $"{(await ApiDocument.ReadAsync(store)).Json}");
            await Npm.RunAsync(["run", "generate", "--", document, "-o", types]);

            AssertHolds("src/client-ts/src/schema.ts", await File.ReadAllTextAsync(types));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_operation_of_the_document_is_a_method_of_the_CSharp_client()
    {
        if (IsToWrite)
            return; // it was built before
        var methods = typeof(ThreadStoreClient).GetMethods().Select(m => m.Name).ToHashSet();

        Assert.All(
            (await ApiDocument.ReadAsync(store)).Operations,
            o => Assert.Contains($"{CSharpClient.Pascal(o.Id)}Async", methods)
        );
    }

    [Fact]
    public void The_lock_of_npm_names_no_registry() =>
        Assert.DoesNotMatch(Address(), File.ReadAllText(Path.Combine(Npm.Folder, "package-lock.json")));

    [GeneratedRegex("\"resolved\"")]
    private static partial Regex Address();
}
