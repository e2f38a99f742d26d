namespace ThreadStore.Tests.Conventions;

/// <summary>The files of the checkout that the tests were built from.</summary>
public static class Sources
{
    public static readonly string Root = Find(AppContext.BaseDirectory);

    /// <summary>The files below src, by their path there: <c>Comments/Comment.cs</c>.</summary>
    public static IEnumerable<(string Path, string[] Lines)> OfServer()
    {
        var folder = Path.Combine(Root, "src", "ThreadStore");
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order())
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (path.Split('/')[0] is not ("obj" or "bin" or "Internal"))
                yield return (path, File.ReadAllLines(file));
        }
    }

    static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "ThreadStore.sln"))
            ? folder
            : Find(
                Path.GetDirectoryName(folder)
                    ?? throw new InvalidOperationException("The tests run outside of their checkout.")
            );
}
