using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Commands;

/// <summary>The program's commands. Exit codes: 0 done, 1 it could not be done, 2 wrong usage.</summary>
public static partial class CommandLine
{
    const int CouldNot = 1;
    public const int WrongUsage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        using var interruption = new Interruption();
        args = TakeDatabase(args);
        if (args.Length > 0 && CritterStack.Knows(args[0]))
            return await GuardAsync(() => CritterStack.RunAsync(args, interruption.Token), interruption);
        ParseResult parsed;
        try
        {
            parsed = Root()
                .Parse(
                    args.Length == 0 || args[0].StartsWith("--no-", StringComparison.Ordinal)
                        ? ["serve", .. args]
                        : args
                );
        }
        catch (InvalidOperationException e)
        {
            // what is given twice, or is no number, is told so where a validator of ours looks at it first
            await Console.Error.WriteLineAsync(Plainly(e.Message));
            await Console.Error.WriteLineAsync("Try --help.");
            return WrongUsage;
        }
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(Plainly(error.Message));
            await Console.Error.WriteLineAsync("Try --help.");
            return WrongUsage;
        }
        return await GuardAsync(
            () =>
                parsed.InvokeAsync(
                    new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                    interruption.Token
                ),
            interruption
        );
    }

    /// <summary>What the library says of a number that is none names the type of a program.</summary>
    static string Plainly(string message) =>
        Unparsed().Match(message) is { Success: true, Groups: var said }
            ? (
                said["type"].Value switch
                {
                    var type when type.Contains("Int", StringComparison.Ordinal) => "a whole number",
                    var type when type.Contains("Double", StringComparison.Ordinal) => "a number",
                    var type when type.Contains("Date", StringComparison.Ordinal) =>
                        "a day such as 2026-01-31",
                    _ => null,
                }
            )
                is { } kind
                ? $"{said["option"]} is {kind}, not '{said["given"]}'."
                : message
            : message;

    [GeneratedRegex(
        "^Cannot parse argument '(?<given>.*)' for option '(?<option>[^']+)' as expected type '(?<type>.+)'"
    )]
    private static partial Regex Unparsed();

    /// <summary>Of several databases, the one that a command is about.</summary>
    static readonly Option<string?> Database = new("--database")
    {
        Description = "Of several databases, the one that this is about (ThreadStore__Database)",
        Recursive = true,
    };

    /// <summary>Takes the option out, which is for every command, also for those that are not ours.</summary>
    static string[] TakeDatabase(string[] args)
    {
        var at = Array.FindIndex(
            args,
            a => a == Database.Name || a.StartsWith($"{Database.Name}=", StringComparison.Ordinal)
        );
        if (at < 0)
            return args;
        var (value, length) = args[at].Split('=', 2) is [_, var given]
            ? (given, 1)
            : (args.ElementAtOrDefault(at + 1), 2);
        if (string.IsNullOrEmpty(value))
            return args;
        Environment.SetEnvironmentVariable("ThreadStore__Database", value);
        return [.. args[..at], .. args[(at + length)..]];
    }

    static RootCommand Root()
    {
        var root = new RootCommand("ThreadStore: the comment backend for news sites.")
        {
            Serve.Command(),
            Demo.Command(),
            Token.Command(),
            Import.Command(),
            Export.Command(),
            Replaying.Command(),
            Rehearse.Command(),
            Report.Command(),
            Sql.Command(),
            Learn.Command(),
            Doctor.Command(),
            Rebuild.Command(),
            Ledger.Command(),
            ProjectionCommands.Command(),
            DatabasesCommand.Command(),
        };
        root.Add(Database);
        foreach (var (name, description) in CritterStack.Commands)
            root.Add(new Command(name, description) { TreatUnmatchedTokensAsErrors = false });
        return root;
    }

    /// <summary>One line on stderr says what could not be done, and what to do.</summary>
    static async Task<int> GuardAsync(Func<Task<int>> run, Interruption interruption)
    {
        try
        {
            return await run();
        }
        catch when (interruption.Came)
        {
            await Console.Error.WriteLineAsync("It was ended before it was done.");
            return CouldNot;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Tell(e));
            return CouldNot;
        }
    }

    /// <summary>Why it could not be done, on one line.</summary>
    internal static string Tell(Exception e) => (Explain(e) ?? Confess(e)).ReplaceLineEndings(" ");

    /// <summary>A bug, on one line: what it is and where, which is what a report of it needs.</summary>
    static string Confess(Exception e)
    {
        while (e is AggregateException { InnerException: { } inner })
            e = inner;
        var ours = new StackTrace(e, fNeedFileInfo: false)
            .GetFrames()
            .Select(f => f.GetMethod())
            .Where(m => m?.DeclaringType?.Assembly == typeof(CommandLine).Assembly)
            // of an async method, the one that was written
            .Select(m =>
                $"{m!.DeclaringType!.FullName}.{m.Name}".Replace(".MoveNext", "", StringComparison.Ordinal)
            )
            .Take(3);
        return $"It could not be done, by a mistake of ThreadStore's own, which please report: {e.GetType().Name}: {e.Message} (at {string.Join(" < ", ours)})";
    }

    /// <summary>What an operator can act on, or null for a bug.</summary>
    static string? Explain(Exception? e) =>
        e switch
        {
            null => null,
            StartupException or PostgresUnavailableException => e.Message,
            // a pooler that gives each transaction a server connection of its own: what was prepared is on another one
            PostgresException
            {
                SqlState: PostgresErrorCodes.DuplicatePreparedStatement
                    or PostgresErrorCodes.InvalidSqlStatementName
            } => SessionProof.Mend,
            PostgresException refused => $"The database refused: {refused.MessageText}.",
            NpgsqlException or SocketException =>
                $"The database can't be reached ({e.Message}): start it, or check ConnectionStrings__ThreadStore, or of several ThreadStore__Databases__NAME.",
            IOException or UnauthorizedAccessException => e.Message,
            InvalidDataException or UnreadableException =>
                $"A file can't be read: {ImportInput.Torn(e)?.Message}",
            // Marten and Weasel put their own around it
            _ => Explain(e.InnerException),
        };
}
