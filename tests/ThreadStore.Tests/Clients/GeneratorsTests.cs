using ThreadStore.Http;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Clients;

/// <summary>
/// The generators that front ends use make code of the OpenAPI document that compiles and works: programs on it (in
/// Generators/) post, are refused, read a page with a tombstone and a report. What they need is fetched once, and kept
/// under the temp path.
/// </summary>
public class GeneratorsTests(Store store)
{
    const string NSwag = "14.8.0";
    const string Kiota = "1.38.0";

    static readonly string Sources = Path.Combine(
        Conventions.Sources.Root,
        "tests",
        "ThreadStore.Tests",
        "Clients",
        "Generators"
    );

    static readonly string[] Expected =
    [
        "posted published published",
        "refused 400 validation body",
        "tombstone deleted author null null null",
        "reply Ben Reply",
        "report start true true",
    ];

    [Fact]
    public async Task What_npm_has_compiles_and_works()
    {
        var packages = await KeptPackages.InAsync(
            File.ReadAllText(Path.Combine(Sources, "package.json")),
            async folder =>
            {
                File.Copy(Path.Combine(Sources, "package.json"), Path.Combine(folder, "package.json"));
                return await Tool.RunAsync(folder, Npm.Program, ["install", "--no-audit", "--no-fund"]);
            }
        );
        using var folder = new TemporaryFolder();
        await WriteDocumentAsync(folder);
        foreach (var file in (string[])["package.json", "tsconfig.json", "program.ts"])
            File.Copy(Path.Combine(Sources, file), folder.Of(file));
        Directory.CreateSymbolicLink(folder.Of("node_modules"), Path.Combine(packages, "node_modules"));
        Task<string> NpxAsync(params string[] arguments) =>
            Tool.DoneAsync(folder.Path, Npm.Program, ["exec", "--offline", "--", .. arguments], ("CI", "1"));

        await Task.WhenAll(
            NpxAsync("openapi-typescript", "v1.json", "-o", "schema.ts"),
            NpxAsync("openapi-ts", "-i", "./v1.json", "-o", "./hey"),
            NpxAsync([
                "orval",
                "--input",
                "./v1.json",
                "--output",
                "./orval/api.ts",
                "--client",
                "fetch",
                "--mode",
                "split",
            ])
        );
        await Task.WhenAll(
            NpxAsync("tsc", "-p", "."),
            NpxAsync([
                "esbuild",
                "program.ts",
                "--bundle",
                "--platform=node",
                "--format=esm",
                "--outfile=program.mjs",
            ])
        );

        await AssertWorkAsync(folder, "node", "program.mjs", ["openapi-typescript", "orval", "hey-api"]);
    }

    [Fact]
    public async Task NSwag_and_Kiota_compile_and_work()
    {
        var tools = await KeptPackages.InAsync($"nswag {NSwag} kiota {Kiota}", InstallToolsAsync);
        using var folder = new TemporaryFolder();
        await WriteDocumentAsync(folder);
        File.Copy(Path.Combine(Sources, "Program.cs.txt"), folder.Of("Program.cs"));
        File.Copy(Path.Combine(Sources, "Generated.csproj.txt"), folder.Of("Generated.csproj"));

        await Task.WhenAll(
            Tool.DoneAsync(
                folder.Path,
                Path.Combine(tools, "nswag"),
                [
                    "openapi2csclient",
                    "/input:v1.json",
                    "/output:NSwag.cs",
                    "/namespace:ByNSwag",
                    "/className:ThreadStoreApi",
                    "/jsonLibrary:SystemTextJson",
                    "/generateNullableReferenceTypes:true",
                    "/generateOptionalParameters:true",
                    "/useBaseUrl:false",
                ]
            ),
            Tool.DoneAsync(
                folder.Path,
                Path.Combine(tools, "kiota"),
                [
                    "generate",
                    "-l",
                    "CSharp",
                    "-d",
                    "v1.json",
                    "-o",
                    "Kiota",
                    "-c",
                    "ThreadStoreApi",
                    "-n",
                    "ByKiota",
                ],
                ("KIOTA_OFFLINE_ENABLED", "true"),
                ("KIOTA_CLI_TELEMETRY_OPTOUT", "true")
            )
        );
        await Tool.DoneAsync(
            folder.Path,
            "dotnet",
            ["build", "-v", "q", "-nologo", "-o", "out", "-nr:false", "-p:UseSharedCompilation=false"]
        );

        await AssertWorkAsync(folder, "dotnet", "out/Generated.dll", ["NSwag", "Kiota"]);
    }

    static async Task<(int, string)?> InstallToolsAsync(string folder)
    {
        foreach (
            var (name, version) in ((string, string)[])
                [("NSwag.ConsoleCore", NSwag), ("Microsoft.OpenApi.Kiota", Kiota)]
        )
            if (
                await Tool.RunAsync(
                    folder,
                    "dotnet",
                    ["tool", "install", name, "--version", version, "--tool-path", "."]
                ) is
                { ExitCode: not 0 } failed
            )
                return failed;
        return (0, "");
    }

    async Task WriteDocumentAsync(TemporaryFolder folder) =>
        await File.WriteAllTextAsync(folder.Of("v1.json"), $"{(await ApiDocument.ReadAsync(store)).Json}");

    async Task AssertWorkAsync(TemporaryFolder folder, string runner, string program, string[] generators)
    {
        var site = await store.ASiteAsync();
        await using var server = await store.StartKestrelAsync();
        foreach (var generator in generators)
        {
            var article = await site.AnArticleAsync();
            var said = await Tool.DoneAsync(
                folder.Path,
                runner,
                [program, generator, article],
                ("THREADSTORE_URL", server.Urls.Single()),
                ("THREADSTORE_SITE", site.Key),
                ("THREADSTORE_ADA", site.Token("ada", name: "Ada")),
                ("THREADSTORE_BEN", site.Token("ben", name: "Ben")),
                ("THREADSTORE_ANA", site.Token("ana", Role.Analyst))
            );
            Assert.Equal(
                Expected.Select(line => $"{generator}: {line}"),
                said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => $"{generator}: {line}")
            );
        }
    }
}
