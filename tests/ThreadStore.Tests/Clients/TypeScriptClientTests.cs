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
}
