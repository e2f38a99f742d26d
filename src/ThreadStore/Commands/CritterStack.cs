using JasperFx;

namespace ThreadStore.Commands;

/// <summary>The commands that Marten, Wolverine and JasperFx bring along, as their users know them.</summary>
/// <remarks>
/// Wolverine's <c>storage</c> is not among them: nothing here keeps messages, and it knows only how to fail then. Marten's
/// <c>projections</c> is our own (<see cref="ProjectionCommands"/>), since its rebuild is not safe beside servers.
/// </remarks>
public static class CritterStack
{
    public static readonly IReadOnlyDictionary<string, string> Commands = new Dictionary<string, string>
    {
        ["resources"] = "Set up, check or list what the store needs in the database",
        ["describe"] = "Print how the program is configured",
        ["db-apply"] = "Apply outstanding changes of the schema",
        ["db-assert"] = "Check that the schema is the configured one",
        ["db-patch"] = "Write outstanding changes of the schema to a file",
        ["db-dump"] = "Write the whole schema to a file",
        ["db-list"] = "List the databases",
        ["check-env"] = "Check the environment",
        ["codegen"] = "Write or preview generated code",
    };

    /// <summary>These make what is not there.</summary>
    static readonly string[] Makes = ["resources", "db-apply", "db-patch", "db-dump"];

    public static bool Knows(string name) => Commands.ContainsKey(name);

    public static async Task<int> RunAsync(string[] args, CancellationToken ct)
    {
        if (args.Any(a => a is "--help" or "-h" or "-?"))
            args = ["help", args[0]];
        // help and generating code need no database, nor a key
        if (args[0] is "help" or "codegen")
        {
            var bare = WebApplication.CreateBuilder();
            bare.AddServer("Host=localhost", new byte[Http.KeyMaterial.MinBytes]);
            await using var app = bare.Build();
            app.UseServer();
            var exitCode = await app.RunJasperFxCommands(args);
            // JasperFx counts showing its help as a failure
            return args[0] == "help" ? 0 : exitCode;
        }
        await using var host = await Host.StartAsync(
            needsKey: false,
            onlyReads: !Makes.Contains(args[0]),
            ct: ct
        );
        Redacted.Secrets(host.Configuration, host.Options);
        return await host.App.RunJasperFxCommands(args).WaitAsync(ct);
    }
}
