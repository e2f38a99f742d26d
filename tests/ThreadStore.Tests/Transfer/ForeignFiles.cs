using System.Text;
using Npgsql;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Imports what a test wrote or found, and remembers what was told.</summary>
public sealed class ForeignFiles(NpgsqlDataSource database, string site) : IDisposable
{
    /// <summary>Tests import a site again and again; its secret stays.</summary>
    static readonly byte[] Secret = "a secret of a site that is known"u8.ToArray();

    readonly string folder = Directory.CreateTempSubdirectory("threadstore-foreign-").FullName;

    public List<ImportProblem> Problems { get; } = [];

    public IEnumerable<string> Told => Problems.Select(p => $"{p.Line}: {p.Kind}");

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public async Task<ImportReport> ImportAsync(
        string? format,
        IEnumerable<string> paths,
        bool isDry = false,
        bool isStrict = false,
        PageAddresses? addresses = null,
        Func<ImportTally, NpgsqlConnection, Task>? alongside = null
    )
    {
        Problems.Clear();
        List<ImportInput> inputs = [.. paths.SelectMany(p => ImportInput.Of(p, Path.GetFileName(p)))];
        return await new ForeignImport(
            database,
            new(site, format ?? Recognition.FormatOf(inputs), Secret, isDry, isStrict, addresses),
            new(Problems.Add, (_, _, _) => { }, alongside),
            TimeProvider.System
        ).RunAsync(inputs, TestContext.Current.CancellationToken);
    }

    public Task<ImportReport> ImportAsync(string format, string text) =>
        ImportAsync(format, [Write($"{format}.txt", text)]);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
