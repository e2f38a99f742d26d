using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Commands;

public sealed class RehearseTests(Store store) : IDisposable
{
    readonly ThreadStoreProgram program = new();

    public void Dispose() => program.Dispose();

    (string, string?)[] Environment =>
        [
            ("ConnectionStrings__ThreadStore", store.ConnectionString),
            ("ConnectionStrings__Training", store.ConnectionString),
        ];

    [Fact]
    public async Task A_stretch_is_played_into_the_site_of_another_server()
    {
        var site = await store.ASiteAsync();
        var from = (await site.PutArticleAsync("a")).Position;
        await site.ACommentAsync("a", "ada", "Hello");
        var last = await site.PostAsync("a", "ben", "Hello, Ada");
        var copy = new TestSite(store, $"s{Guid.NewGuid():N}");
        string[] arguments =
        [
            "rehearse",
            "--site",
            site.Key,
            "--from",
            $"{from}",
            "--to",
            $"{last.Position}",
            "--into",
            copy.Key,
            "--speed",
            "1e9",
            "--keep",
            "names",
            "texts",
        ];

        var refused = (await program.RunAsync([.. arguments, "--on", "Nowhere"], Environment)).Expect(1);
        var played = (await program.RunAsync([.. arguments, "--on", "Training"], Environment)).Expect(0);

        Assert.Contains("ConnectionStrings__Nowhere", refused.Error, StringComparison.Ordinal);
        var hashes = played
            .OutLines.Where(l => l.Split(' ')[0] is "source:" or "copy:")
            .Select(l => l.Split(' ')[^1])
            .ToList();
        Assert.Equal(2, hashes.Count);
        Assert.Single(hashes.Distinct());
        Assert.Contains($"played: 5 events, up to position {last.Position}", played.OutLines);
        Assert.Equal(6, await copy.CountEventsAsync());
        Assert.Matches(@"\d/s: 100%$", played.Error.TrimEnd());
    }

    [Fact]
    public async Task Wrong_usage_is_told()
    {
        foreach (
            var (from, to, into, speed, words) in new[]
            {
                ("2", "1", "t", "1", "--from is not after --to"),
                ("0", "1", "t", "1", "--from is a position"),
                ("1", "2", "s", "1", "--into is another site"),
                ("a", "2", "t", "1", "--from"),
                ("1", "2", "t", "0", "--speed is a number above 0"),
            }
        )
        {
            var ran = (
                await program.RunAsync(
                    "rehearse",
                    "--site",
                    "s",
                    "--from",
                    from,
                    "--to",
                    to,
                    "--into",
                    into,
                    "--speed",
                    speed
                )
            ).Expect(2);
            Assert.Contains(words, ran.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_option_that_is_given_twice_is_wrong_usage_of_any_command()
    {
        var ran = (await program.RunAsync("replay", "--site", "a", "--site", "b", "--out", "lake")).Expect(2);

        Assert.Contains("'--site' expects a single argument", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_ended_says_up_to_where_it_came()
    {
        var site = await store.ASiteAsync();
        var from = (await site.PutArticleAsync("a")).Position;
        var to = (await site.PostAsync("a", "ada", "Hello")).Expect(201).Position;
        var copy = new TestSite(store, $"s{Guid.NewGuid():N}");
        // the next event would be due in days
        var running = program.Begin(
            [
                "rehearse",
                "--site",
                site.Key,
                "--from",
                $"{from}",
                "--to",
                $"{to}",
                "--into",
                copy.Key,
                "--speed",
                "1e-9",
            ],
            Environment
        );
        await Until.TrueAsync(
            async () => running.HasExited || await copy.CountEventsAsync() == 2,
            "the first is played",
            TimeSpan.FromMinutes(2)
        );

        var ran = await ThreadStoreProgram.EndAsync(running, "-TERM");

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"played: 1 events, up to position {from}", ran.OutLines);
        Assert.Contains($"--from {from + 1}", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("100%", ran.Error, StringComparison.Ordinal);
    }
}
