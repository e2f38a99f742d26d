using JasperFx;

namespace ThreadStore.Commands;

/// <summary>The commands that Marten, Wolverine and JasperFx bring along, as their users know them.</summary>
public static class CritterStack
{
    public static readonly IReadOnlyDictionary<string, string> Commands = new Dictionary<string, string>
    {
        ["projections"] = "Marten's projections: list, rebuild",
        ["resources"] = "Set up, check or list what the store needs in the database",
        ["describe"] = "Print how the program is configured",
        ["db-apply"] = "Apply outstanding changes of the schema",
        ["db-assert"] = "Check that the schema is the configured one",
        ["db-patch"] = "Write outstanding changes of the schema to a file",
        ["db-dump"] = "Write the whole schema to a file",
        ["db-list"] = "List the databases",
        ["check-env"] = "Check the environment",
        ["codegen"] = "Write or preview generated code",
        ["storage"] = "Administer Wolverine's message storage",
    };

    public static bool Knows(string name) => Commands.ContainsKey(name);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(a => a is "--help" or "-h" or "-?"))
            args = ["help", args[0]];
        // help and generating code need no database, nor a key
        if (args[0] is "help" or "codegen")
        {
            var bare = WebApplication.CreateBuilder();
            bare.AddServer("Host=localhost", new byte[SigningKeyLength]);
            await using var app = bare.Build();
            app.UseServer();
            var exitCode = await app.RunJasperFxCommands(args);
            // JasperFx counts showing its help as a failure
            return args[0] == "help" ? 0 : exitCode;
        }
        await using var host = await Host.StartAsync(needsKey: false);
        Redacted.Secrets(host.Configuration);
        return await host.App.RunJasperFxCommands(args);
    }

    const int SigningKeyLength = Http.SigningKey.MinBytes;
}
