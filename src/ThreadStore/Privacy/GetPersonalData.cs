using System.Buffers;
using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Notices;
using Wolverine.Http;

namespace ThreadStore.Privacy;

public static class GetPersonalDataEndpoint
{
    /// <summary>All that is held on a person, as a file: for themselves, or an administrator.</summary>
    /// <remarks>
    /// Profile, address, every version of every comment, reactions, flags, decisions, appeals, notifications and
    /// preferences. An administrator gets, beside it, every event that names the person and all rows as they are stored,
    /// with what moderators noted, which they must look through before they hand it on: it may name others.
    /// </remarks>
    /// <returns>200 the data; 400 validation; 403 forbidden; 404 commenter-not-found.</returns>
    [Operation("getPersonalData"), Answers(typeof(PersonalDocument), IsStreamed = true)]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/data"), SignedIn]
    public static async Task<IResult> Get(
        string site,
        string commenterKey,
        Caller caller,
        NpgsqlDataSource database,
        NoticeContacts contacts,
        MailAddresses addresses,
        CancellationToken ct
    )
    {
        var isAdmin = caller.Is(Role.Admin);
        if (caller.Key != commenterKey && !isAdmin)
            return Problem.Forbidden(
                "Only they themselves, or an administrator, may read what is held on somebody."
            );
        var person = new Person(site, commenterKey);
        // what people without a role do is found without looking the whole history through
        var everywhere = caller.Roles != Role.None;
        return await IsKnownAsync(database, person, everywhere, ct)
            ? new PersonalDataAnswer(database, contacts, addresses, person, isAdmin, everywhere)
            : Problem.CommenterNotFound(commenterKey);
    }

    static async Task<bool> IsKnownAsync(
        NpgsqlDataSource database,
        Person person,
        bool everywhere,
        CancellationToken ct
    )
    {
        var (with, from) = PersonalEvents.Of(everywhere);
        await using var command = database.CreateCommand(
            // who only ever asked for mail is in no event
            $"""
            {with} select exists (select 1 {from})
              or exists (select 1 from {Mail.MailTables.Preferences} where site = $1 and commenter_id = $2)
            """,
            person.Parameters
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }
}

/// <summary>Somebody, by their key on a site.</summary>
public sealed record Person(string Site, string Key)
{
    /// <summary>That follows from their key; it alone is known of who only ever wanted mail, for instance.</summary>
    public Guid Id { get; init; } = StreamId.Commenter(Site, Key);

    /// <summary>As <see cref="PersonalEvents"/> numbers them.</summary>
    public object[] Parameters => [Site, Id, Key, StreamId.Site(Site)];
}

/// <summary>Writes the document section by section, so that it may be of any length.</summary>
sealed record PersonalDataAnswer(
    NpgsqlDataSource Database,
    NoticeContacts Contacts,
    MailAddresses Addresses,
    Person Person,
    bool IsAdmin,
    bool Everywhere
) : IResult
{
    const int FlushAt = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        await using var connection = await Database.OpenConnectionAsync(ct);
        // all of it at one position
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var json = new ArrayBufferWriter<byte>(FlushAt);
        var position = await PositionAsync(connection, ct);
        Gate.SetPosition(httpContext, position);
        response.ContentType = "application/json";
        response.Headers.CacheControl = "private, no-store";
        response.Headers.ContentDisposition = "attachment; filename=\"personal-data.json\"";
        json.Append($"{{\"site\":{Quote(Person.Site)},\"key\":{Quote(Person.Key)},\"position\":{position}");
        string? within = null;
        async Task AddAsync(PersonalSection section)
        {
            var isFirst = section.Within is { } next && next != within;
            within = Enter(json, within, section.Within);
            json.Append($"{(isFirst ? "" : ",")}\"{section.Name}\":{(section.IsOne ? "" : "[")}");
            await WriteAsync(connection, json, section, response, ct);
        }
        foreach (var section in PersonalSections.Of(Everywhere))
            await AddAsync(section);
        if (IsAdmin)
        {
            await WriteEventsAsync(connection, json, response, ct);
            foreach (var table in PersonalSections.Rows.Keys)
                await AddAsync(PersonalSections.RowsOf(table));
            Enter(json, within, null);
        }
        else
            json.Write(",\"events\":null,\"rows\":null"u8);
        json.Write("}"u8);
        await FlushAsync(json, response, 0, ct);
    }

    static string Quote(string text) => JsonSerializer.Serialize(text, Json.Options);

    /// <summary>Ends the member that is open, and opens another; the comma before the next is its own.</summary>
    static string? Enter(ArrayBufferWriter<byte> json, string? within, string? next)
    {
        if (within == next)
            return next;
        if (within is not null)
            json.Write("}"u8);
        if (next is not null)
            json.Append($",\"{next}\":{{");
        return next;
    }

    static async Task<long> PositionAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Positions.NewestSql, connection);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }

    async Task WriteAsync(
        NpgsqlConnection connection,
        ArrayBufferWriter<byte> json,
        PersonalSection section,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(section.Sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues([.. Person.Parameters, IsAdmin]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var count = 0;
        while (await reader.ReadAsync(ct))
        {
            if (count++ > 0)
                json.Write(","u8);
            json.Append(section.IsSealed ? Opened(reader.GetString(0)) : reader.GetString(0));
            await FlushAsync(json, response, FlushAt, ct);
        }
        if (section.IsOne && count == 0)
            json.Write("null"u8);
        if (!section.IsOne)
            json.Write("]"u8);
    }

    /// <summary>What is kept encrypted, as it was before: an address, or a notice with who gave it.</summary>
    string Opened(string row)
    {
        var notice = JsonNode.Parse(row)!.AsObject();
        if (notice["kept"]?.GetValue<string>() is { } kept)
            return JsonSerializer.Serialize(Addresses.Open(Person.Site, Person.Id, kept), Json.Options);
        var seal = notice["sealed"]?.GetValue<string>();
        notice.Remove("sealed");
        var notifier = Contacts.Open(
            Person.Site,
            notice["id"]!.GetValue<Guid>(),
            seal is null ? null : Convert.FromHexString(seal)
        );
        (notice["name"], notice["email"]) = (notifier?.Name, notifier?.Email);
        return notice.ToJsonString(Json.Options);
    }

    async Task WriteEventsAsync(
        NpgsqlConnection connection,
        ArrayBufferWriter<byte> json,
        HttpResponse response,
        CancellationToken ct
    )
    {
        json.Write(",\"events\":["u8);
        var (with, from) = PersonalEvents.Of(Everywhere);
        await using var command = new NpgsqlCommand(
            $"{with} select {RecordedEvent.Columns} {from} order by e.seq_id",
            connection
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.AddValues(Person.Parameters);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct);
        var e = new RecordedEvent();
        for (var count = 0; await reader.ReadAsync(ct); count++)
        {
            if (count > 0)
                json.Write(","u8);
            e.Read(reader);
            EventLine.Write(json, e);
            await FlushAsync(json, response, FlushAt, ct);
        }
        json.Write("]"u8);
    }

    static async Task FlushAsync(
        ArrayBufferWriter<byte> json,
        HttpResponse response,
        int at,
        CancellationToken ct
    )
    {
        if (json.WrittenCount < at)
            return;
        await response.Body.WriteAsync(json.WrittenMemory, ct);
        json.ResetWrittenCount();
    }
}
