using System.Text.Json;
using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Transfer;

namespace ThreadStore.Privacy;

/// <summary>What reports of imports quote of a person: their lines stay, and say nothing of them.</summary>
static class ErasedProblems
{
    /// <summary>A shorter name is looked for as a record's id alone: it would be in every other line.</summary>
    const int MinLength = 3;

    public static async Task WriteAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        IReadOnlyCollection<string> names,
        CancellationToken ct
    )
    {
        string[] told = [.. names.Concat(names.Select(WithoutFormat)).Distinct()];
        foreach (var (id, n, line) in await FindAsync(connection, order.Site, told, ct))
        {
            var problem =
                JsonSerializer.Deserialize<ImportProblem>(line, Json.Options)
                ?? throw new FormatException("A problem that is none.");
            await Eraser.ExecuteAsync(
                connection,
                $"update {ImportTables.Problems} set line = $4 where site = $1 and id = $2 and n = $3",
                ct,
                order.Site,
                id,
                n,
                JsonSerializer.Serialize(
                    problem with
                    {
                        Record = null,
                        Message = "was about somebody who was erased.",
                    },
                    Json.Options
                )
            );
        }
    }

    static string WithoutFormat(string key) =>
        Http.Caller.LooksImported(key) ? key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..] : key;

    static async Task<List<(Guid Id, long N, string Line)>> FindAsync(
        NpgsqlConnection connection,
        string site,
        string[] names,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select p.id, p.n, p.line from {ImportTables.Problems} p where p.site = $1 and (
              (p.line::jsonb->>'record') = any($2)
              or exists (select 1 from unnest($2) as u(name) where length(u.name) >= $3 and (
                strpos(p.line::jsonb->>'message', u.name) > 0 or strpos(p.line::jsonb->>'record', u.name) > 0)))
            """,
            connection
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.AddValues(site, names, MinLength);
        var found = new List<(Guid, long, string)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add((reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2)));
        return found;
    }
}
