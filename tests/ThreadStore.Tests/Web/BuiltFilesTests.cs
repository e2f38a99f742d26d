using ThreadStore.Tests.Clients;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

/// <summary>What is committed under wwwroot is what src/web is built into.</summary>
public class BuiltFilesTests
{
    static readonly string Web = Path.Combine(Sources.Root, "src", "web");

    static readonly string Built = Path.Combine(Sources.Root, "src", "ThreadStore", "wwwroot");

    [Fact]
    public async Task A_build_of_src_web_gives_what_is_committed_byte_for_byte()
    {
        await Packages.InstallAsync(Web);
        using var folder = new TemporaryFolder();
        foreach (var mode in (string[])["embed", "pages"])
            await Tool.DoneAsync(
                Web,
                Packages.Npm,
                ["exec", "--offline", "--", "vite", "build", "--mode", mode, "--outDir", folder.Path]
            );

        Assert.Equal(Files(folder.Path), Files(Built));
    }

    [Fact]
    public async Task Its_types_are_sound()
    {
        await Packages.InstallAsync(Web);

        await Tool.DoneAsync(Web, Packages.Npm, ["run", "check"]);
    }

    static SortedDictionary<string, string> Files(string folder) =>
        new(
            Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'), File.ReadAllText),
            StringComparer.Ordinal
        );
}
