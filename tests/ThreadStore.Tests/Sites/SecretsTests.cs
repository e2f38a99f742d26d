using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.History.Replays;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Sites;

/// <summary>Who may sign as the site is not for everybody to know.</summary>
public class SecretsTests(Store store)
{
    const string Secret = "quite-secret";

    // addresses in the events of the shared store: nothing is posted on these sites, so that nothing is sent there
    static readonly object Settings = new
    {
        classifier = new { url = "https://judge.example/", secret = Secret },
    };

    [Fact]
    public async Task All_read_a_mask_in_place_of_the_secret_and_administrators_the_address()
    {
        var site = await store.ASiteAsync(Settings);
        var feed = await site.GetAsync("/events", site.Token("ana", Role.Analyst));
        var moderator = await site.GetAsync("", site.Token("mona", Role.Moderator));
        var admin = await site.GetAsync("", site.Token("root", Role.Admin));

        Assert.DoesNotContain(Secret, feed.Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, moderator.Expect(200).Text, StringComparison.Ordinal);
        // the address may hold a key
        Assert.DoesNotContain("judge.example", feed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("judge.example", moderator.Text, StringComparison.Ordinal);
        Assert.Contains("judge.example", admin.Text, StringComparison.Ordinal);
        Assert.Equal("********", SecretOf(moderator.Json));
        Assert.Equal("********", SecretOf(feed.Json.GetProperty("data").GetProperty("settings")));
        Assert.Equal("********", SecretOf(admin.Json));
    }

    [Fact]
    public async Task A_mask_sent_back_leaves_the_secret_as_it_is_and_makes_none()
    {
        var site = await store.ASiteAsync(Settings);
        Task<Reply> ConfigureAsync(TestSite site, object settings) =>
            site.SendAsync("PUT", "", settings, site.Token("root", Role.Admin));
        var seen = (await site.GetAsync("", site.Token("mona", Role.Moderator))).Json;
        var events = await site.CountEventsAsync();

        var again = await ConfigureAsync(site, seen);
        again.Expect(200);
        Assert.Equal(events, await site.CountEventsAsync());
        var moved = await ConfigureAsync(
            site,
            new { classifier = new { url = "https://other.example/", secret = "********" } }
        );
        Assert.Equal("********", SecretOf(moved.Expect(200).Json));
        var secrets = store.Services.GetRequiredService<SettingSecrets>();
        Assert.Equal(
            Secret,
            await secrets.ReadAsync(
                site.Key,
                SettingSecrets.Classifier,
                TestContext.Current.CancellationToken
            )
        );

        var fresh = await store.ASiteAsync();
        (await ConfigureAsync(fresh, Settings)).Expect(200);
        (await ConfigureAsync(fresh, new { classifier = (object?)null })).Expect(200);
        (
            await ConfigureAsync(
                fresh,
                new { classifier = new { url = "https://other.example/", secret = "********" } }
            )
        ).Expect(400, "validation");
    }

    [Theory]
    [InlineData(ReplayFormat.Parquet)]
    [InlineData(ReplayFormat.Ndjson)]
    public async Task A_replay_has_a_mask(ReplayFormat format)
    {
        var site = await store.ASiteAsync(Settings);
        using var lake = new Lake();

        await lake.ReplayAsync(store.Database, site.Key, format: format);

        var written =
            format == ReplayFormat.Parquet
                ? string.Join('\n', lake.Query("select data from {events}").Select(r => $"{r[0]}"))
                : string.Join(
                    '\n',
                    Directory
                        .EnumerateFiles(lake.Folder, "*", SearchOption.AllDirectories)
                        .Select(File.ReadAllText)
                );
        Assert.Contains("********", written, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, written, StringComparison.Ordinal);
        Assert.DoesNotContain("judge.example", written, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(lake.Folder, "*", SearchOption.AllDirectories))
            AssertIsPrivate(file);
    }

    [Fact]
    public void A_file_that_others_could_read_is_theirs_no_more_when_it_is_written_anew()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no mode there.");
            return;
        }
        var path = Path.GetTempFileName();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        PrivateFile.Create(path).Dispose();

        AssertIsPrivate(path);
        File.Delete(path);
    }

    static void AssertIsPrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    /// <summary>As an operator does who is asked for a listing in a bug report.</summary>
    [Fact]
    public async Task What_the_program_tells_of_its_configuration_holds_no_secret()
    {
        using var program = new ThreadStoreProgram();
        var connection = new NpgsqlConnectionStringBuilder(store.ConnectionString) { Password = "hush1" };

        var described = await program.RunAsync(
            ["describe"],
            ("ThreadStore__SigningKey", "hush2-0123456789-0123456789-0123456789"),
            ("ConnectionStrings__ThreadStore", connection.ConnectionString),
            ("SOMEBODYS_CREDENTIALS", "hush3"),
            ("ThreadStore__Smtp__Url", "smtp://hush4@mail.example")
        );

        Assert.Contains("IConfiguration Preview", described.Expect(0).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", described.Out + described.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_has_the_address_and_a_mask()
    {
        var site = await store.ASiteAsync(Settings);
        var file = new MemoryStream();

        await new ExportSite(store.Database, site.Key).RunAsync(
            () => file,
            _ => { },
            TestContext.Current.CancellationToken
        );

        var text = System.Text.Encoding.UTF8.GetString(file.ToArray());
        Assert.Contains("judge.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    static string? SecretOf(JsonElement settings) =>
        settings.GetProperty("classifier").GetProperty("secret").GetString();
}
