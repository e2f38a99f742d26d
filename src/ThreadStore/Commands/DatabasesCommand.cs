using System.CommandLine;
using Npgsql;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.Commands;

/// <summary>The databases that sites are spread over; what it changes, running servers find within a second or two.</summary>
public static class DatabasesCommand
{
    public static Command Command()
    {
        var sites = new Option<bool>("--sites") { Description = "And which sites live there" };
        var list = new Command(
            "list",
            "Which databases there are, how many sites live in each, how far each is"
        )
        {
            sites,
        };
        list.SetAction(
            (parsed, ct) => OnFirstAsync(first => ListAsync(first, parsed.GetValue(sites), ct), ct)
        );

        var name = new Argument<string>("name") { Description = "What it is to be called: a-z, 0-9 and -" };
        name.Validators.Add(r =>
        {
            if (!NamedDatabase.IsName(r.GetValueOrDefault<string>() ?? ""))
                r.AddError($"A database's name has {NamedDatabase.Rule}.");
        });
        var connection = new Argument<string?>("connection-string")
        {
            Description =
                "Where it is found; - reads it from the standard input, so that no list of processes shows it",
        };
        var session = new Option<string?>("--session")
        {
            Description =
                "Where it is found past a pooler by transaction, which the connection string names; - as above, on the next line",
        };
        var add = new Command("add", "Add a database for new sites, which running servers find by themselves")
        {
            name,
            connection,
            session,
        };
        static string Told(string? way) => way is "-" or null ? Console.In.ReadLine() ?? "" : way;
        add.SetAction(
            (parsed, ct) =>
                OnFirstAsync(
                    first =>
                        AddAsync(
                            first,
                            new(
                                parsed.GetRequiredValue(name),
                                Told(parsed.GetValue(connection)),
                                parsed.GetValue(session) is { } way ? Told(way) : null
                            ),
                            ct
                        ),
                    ct
                )
        );

        var existing = new Argument<string>("name") { Description = "Of the database" };
        var open = new Option<bool>("--open") { Description = "It gets new sites again" };
        var full = new Command("full", "Give a database no new sites") { existing, open };
        full.SetAction(
            (parsed, ct) =>
                OnFirstAsync(
                    async first =>
                    {
                        var database = parsed.GetRequiredValue(existing);
                        if (!await first.Homes.MarkAsync(database, !parsed.GetValue(open), ct))
                            throw new StartupException($"There is no database '{database}'.");
                    },
                    ct
                )
        );
        return new Command("databases", "The databases that sites are spread over")
        {
            list,
            add,
            full,
            MoveCommand.Command(OnFirstAsync),
        };
    }

    static async Task<int> OnFirstAsync(Func<First, Task> run, CancellationToken ct)
    {
        var builder = WebApplication.CreateBuilder();
        var options = ServerOptions.Read(builder.Configuration, builder.Environment);
        if (options.Databases.Count == 0)
            throw new StartupException(
                "There is one database, without a name: set ThreadStore__Databases__NAME in place of ConnectionStrings__ThreadStore, start a server once, and then add others."
            );
        var named = await FirstDatabase.FindAsync(options.Databases, ct);
        await using var database = SessionSettings.Open(TunedConnection.Of(named.Direct));
        try
        {
            await run(new(options, named, new(database)));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new StartupException(
                $"The database '{named.Name}' does not say yet where sites live: start a server once."
            );
        }
        return 0;
    }

    static async Task ListAsync(First first, bool withSites, CancellationToken ct)
    {
        var homes = withSites ? await first.Homes.AllAsync(ct) : [];
        foreach (var pooled in await first.Homes.PoolAsync(ct))
        {
            Console.WriteLine(
                $"{pooled.Name}: {pooled.Sites} sites, {await PositionAsync(first, pooled)}{(pooled.IsFull ? ", full" : "")}{(pooled.Name == first.Database.Name ? ", says where sites live" : "")}"
            );
            var there = homes.Where(h => h.Database == pooled.Name).Select(h => h.Site);
            foreach (var site in there.Order(StringComparer.Ordinal))
                Console.WriteLine($"  {site}");
        }
    }

    static async Task<string> PositionAsync(First first, PooledDatabase pooled)
    {
        try
        {
            var named = await ChosenDatabase.OfNameAsync(
                pooled.Name,
                first.Options,
                first.Homes,
                CancellationToken.None
            );
            await using var database = SessionSettings.Open(TunedConnection.Of(named.Direct));
            await using var command = database.CreateCommand(Positions.NewestSql);
            return $"position {await command.ExecuteScalarAsync()}";
        }
        catch (Exception e) when (Outage.Is(e))
        {
            return "away";
        }
        catch (StartupException e)
        {
            return e.Message;
        }
    }

    static async Task AddAsync(First first, NamedDatabase named, CancellationToken ct)
    {
        var keys = SigningKeys.IfAny(first.Options);
        if (keys is null && first.Options.SecretsKeys.Count == 0)
            throw new StartupException(
                "Where it is found is kept encrypted: set ThreadStore__SecretsKey, or the key that signs tokens, as servers have it."
            );
        foreach (var way in (string?[])[named.ConnectionString, named.Session])
            if (way is not null && NamedDatabase.FaultOf(way) is { } fault)
                throw new StartupException(
                    $"The connection string is none such as Host=db;Username=me;Password=…;Database=threads: {fault}."
                );
        var vault = Vault.Of(first.Options, keys ?? new byte[KeyMaterial.MinBytes]);
        await using var opened = await ReachAsync(first, named, ct);
        await first.Homes.TakeInAsync(named.Name, opened.Database, EncryptedConnections.Of(named, vault), ct);
        Console.WriteLine($"{named.Name}: added");
    }

    /// <exception cref="StartupException">It can't be reached by what the command was told, or can't be used.</exception>
    static async Task<OpenedDatabase> ReachAsync(First first, NamedDatabase named, CancellationToken ct)
    {
        try
        {
            return await OpenedDatabase.OpenAsync(named, first.Options, isNew: true, ct);
        }
        catch (Exception e) when (e is not PostgresException && Outage.Is(e))
        {
            throw new StartupException(
                $"The database '{named.Name}' can't be reached ({e.Message}): start it, or check the connection string that was given{(named.Session is null ? "" : ", and --session")}."
            );
        }
    }
}

/// <summary>The database that says where sites live.</summary>
sealed record First(ServerOptions Options, NamedDatabase Database, SiteHomes Homes);
