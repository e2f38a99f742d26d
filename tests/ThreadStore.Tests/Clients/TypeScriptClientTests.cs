using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Clients;

public class TypeScriptClientTests(Store store)
{
    [Fact]
    public async Task It_compiles_and_passes_its_own_tests_against_a_running_server()
    {
        var site = await store.ASiteAsync();
        await using var server = await store.StartKestrelAsync();

        var said = await Npm.RunAsync(
            ["test"],
            ("THREADSTORE_URL", server.Urls.Single()),
            ("THREADSTORE_SITE", site.Key),
            ("THREADSTORE_ADA", site.Token("ada")),
            ("THREADSTORE_BEN", site.Token("ben")),
            ("THREADSTORE_CMS", site.Token("cms", Role.Service))
        );

        Assert.Matches(@"# pass [1-9]", said);
        Assert.Contains("# fail 0", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_installed_from_its_folder_and_imported()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        await using var server = await store.StartKestrelAsync();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Of("package.json"), """{ "private": true, "type": "module" }""");
        await File.WriteAllTextAsync(
            folder.Of("page.ts"),
            $$"""
            import { ThreadStoreClient } from "threadstore-client";
            const api = new ThreadStoreClient({ baseUrl: "{{server.Urls.Single()}}" });
            const page = await api.get("/v1/sites/{site}/articles/{articleKey}/comments", {
              path: { site: "{{site.Key}}", articleKey: "{{article}}" },
            });
            const bodies: (string | null)[] = page.items.map((c) => c.body);
            console.log(bodies.join());
            """
        );

        await Tool.DoneAsync(folder.Path, Npm.Program, ["install", Npm.Folder, "--offline", "--no-audit"]);
        // as Node finds it, and as a bundler does
        foreach (
            var (module, resolution) in ((string, string)[])[("esnext", "bundler"), ("nodenext", "nodenext")]
        )
            await Npm.RunAsync([
                "exec",
                "--offline",
                "--",
                "tsc",
                "--strict",
                "--target",
                "es2022",
                "--module",
                module,
                "--moduleResolution",
                resolution,
                folder.Of("page.ts"),
            ]);
        var said = await Tool.DoneAsync(folder.Path, "node", ["page.js"]);

        Assert.Equal("Hello", said.Trim());
    }
}
