using System.Text.RegularExpressions;
using ThreadStore.Client;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.OpenApi;
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
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file) ?? "");
            File.WriteAllText(file, text);
        }
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
    public async Task The_TypeScript_client_has_the_types_of_the_document_and_is_built()
    {
        using var folder = new TemporaryFolder();
        var document = await ApiDocument.ReadAsync(store);
        await File.WriteAllTextAsync(folder.Of("v1.json"), $"{document.Json}");
        await Npm.RunAsync(["run", "generate", "--", folder.Of("v1.json"), "-o", folder.Of("schema.d.ts")]);
        var isPublic = document
            .Operations.Where(o => o.Access == "anyone")
            .Select(o => $"  \"{o.Method.ToLowerInvariant()} {o.Path}\",\n");

        AssertHolds("src/client-ts/schema.d.ts", await File.ReadAllTextAsync(folder.Of("schema.d.ts")));
        AssertHolds(
            "src/client-ts/src/public.ts",
            $"""
            // made from the OpenAPI document by .ci/regenerate-clients: what needs no token
            export const PUBLIC: ReadonlySet<string> = new Set([
            {string.Concat(isPublic)}]);

            """
        );
        // npm makes a link to a folder that it is told to install, and builds nothing: what is built is in the repository
        await Npm.RunAsync(["run", "build", "--", "--outDir", folder.Of("dist")]);
        foreach (var file in Directory.GetFiles(folder.Of("dist")))
            AssertHolds($"src/client-ts/dist/{Path.GetFileName(file)}", await File.ReadAllTextAsync(file));
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
