using System.Text;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Identity;

/// <summary>Nothing that lets somebody in stands anywhere in clear.</summary>
public class SecretMarkersTests(Store store)
{
    const string Marker = "hush-0123456789-0123456789-marker";

    [Fact]
    public async Task What_is_secret_stands_in_no_table_feed_export_or_log()
    {
        var ct = TestContext.Current.CancellationToken;
        using var program = new ThreadStoreProgram();
        var database = await store.CreateDatabaseAsync();
        var served = await program.ServeAsync(("ConnectionStrings__ThreadStore", database));
        var site = new TestSite(store, "markers") { Client = served.Client };
        var root = site.Token("root", Role.Admin);
        (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);

        (await site.SendAsync("PUT", "/keys/k1", new { algorithm = "HS256", secret = Marker }, root)).Expect(
            201
        );
        // one that is refused is in no log either
        (await site.SendAsync("PUT", "/keys/k2", new { algorithm = "RS256", secret = Marker }, root)).Expect(
            400
        );
        const string hook = "whsec_aHVzaC0wMTIzNDU2Nzg5LW1hcmtlci1vbmUhISE=";
        (
            await site.SendAsync(
                "PUT",
                "/webhooks/crm",
                new
                {
                    url = "https://crm.example/",
                    secret = hook,
                    paused = true,
                },
                root
            )
        ).Expect(201);
        var rotated = (await site.SendAsync("POST", "/webhooks/crm/secret", token: root))
            .Expect(200)["secret"]
            .GetString()!;
        (
            await site.SendAsync(
                "PUT",
                "",
                new
                {
                    classifier = new { url = "https://judge.example/", secret = $"{Marker}-judge" },
                    challenge = new { url = "https://verify.example/", secret = $"{Marker}-verify" },
                },
                root
            )
        ).Expect(200);
        var made = (
            await site.SendAsync("POST", "/api-keys", new { name = "x", roles = (string[])["analyst"] }, root)
        ).Expect(201);
        var secret = made["secret"].GetString()!;
        var feed = (await site.GetAsync("/events", secret)).Expect(200).Text;
        (await site.GetAsync("/events", $"{secret}x")).Expect(401);

        await using var source = NpgsqlDataSource.Create(database);
        var file = new MemoryStream();
        await new ExportSite(source, site.Key).RunAsync(() => file, _ => { }, ct);
        Assert.Equal(0, await served.TerminateAsync(TimeSpan.FromMinutes(1)));
        string[] places =
        [
            feed,
            Encoding.UTF8.GetString(file.ToArray()),
            served.Said,
            await DumpAsync(source),
        ];

        // it looks where it would find something
        Assert.All(places[..2], p => Assert.Contains("site-key-set", p, StringComparison.Ordinal));
        Assert.Contains("k1", places[3], StringComparison.Ordinal);
        foreach (var hidden in (string[])[Marker, secret, hook, rotated, Encoding.UTF8.GetString(Store.Key)])
        foreach (var place in places)
        {
            Assert.DoesNotContain(hidden, place, StringComparison.Ordinal);
            Assert.DoesNotContain(
                Convert.ToHexStringLower(Encoding.UTF8.GetBytes(hidden)),
                place,
                StringComparison.Ordinal
            );
        }
    }

    /// <summary>Every row of every table, as a dump has them.</summary>
    static async Task<string> DumpAsync(NpgsqlDataSource database)
    {
        var ct = TestContext.Current.CancellationToken;
        var tables = new List<string>();
        await using (
            var names = database.CreateCommand(
                "select table_name from information_schema.tables where table_schema = 'threadstore' and table_type = 'BASE TABLE'"
            )
        )
        await using (var reader = await names.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                tables.Add(reader.GetString(0));
        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            await using var rows = database.CreateCommand(
                $"select coalesce(string_agg(t::text, e'\\n'), '') from threadstore.{table} t"
            );
            dump.AppendLine((string)(await rows.ExecuteScalarAsync(ct))!);
        }
        return dump.ToString();
    }
}
