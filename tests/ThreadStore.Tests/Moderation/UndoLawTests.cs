using CsCheck;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>Whatever was done before, a decision that is taken back leaves nothing behind but its lines in the log.</summary>
public class UndoLawTests(Store store)
{
    /// <summary>What readers and writers do: a post or reply, a flag, an edit, a reaction, a deletion.</summary>
    sealed record Write(int What, int By, int Comment);

    /// <param name="IsKept">Not taken back, so that later ones stand on it.</param>
    sealed record Decision(ModeratorMoves.Move Move, bool IsKept);

    static readonly Gen<object> Step = Gen.Frequency(
        (3, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 6], (w, b, c) => (object)new Write(w, b, c))),
        (
            4,
            Gen.Select(
                ModeratorMoves.Any.Where(m =>
                    m is ModeratorMoves.Decide or ModeratorMoves.DecideInBulk or ModeratorMoves.Act
                ),
                Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))),
                (m, k) => (object)new Decision((ModeratorMoves.Move)m with { Key = null }, k)
            )
        )
    );

    [Fact]
    public Task A_decision_taken_back_at_once_leaves_every_row_as_it_was() =>
        Step.Array[30, 45]
            .SampleAsync(
                async steps =>
                {
                    var run = new Run(
                        await store.ASiteAsync(
                            new { flagsHeldForReview = 2, suspectWords = (string[])["suspect"] }
                        )
                    );
                    await run.StartAsync();
                    foreach (var step in steps)
                        await run.MakeAsync(step);
                    await run.RejectOneAsync();
                    Assert.NotEqual(0, run.Undone);
                },
                iter: 3,
                threads: 1,
                print: steps => string.Join("; ", steps)
            );

    sealed class Run(TestSite site)
    {
        readonly List<(Guid Id, int By)> comments = [];
        string article = "";

        public int Undone { get; private set; }

        public async Task StartAsync()
        {
            article = await site.AnArticleAsync();
            for (var by = 0; by < 5; by++)
                await PostAsync(by, parent: null);
        }

        public Task MakeAsync(object step) => step is Write w ? WriteAsync(w) : DecideAsync((Decision)step);

        /// <summary>Whatever the steps were: one decision is taken back.</summary>
        public async Task RejectOneAsync()
        {
            await PostAsync(by: 9, parent: null);
            await DecideAsync(new(new ModeratorMoves.Decide(0, 0, 0, 0, "reject", null), IsKept: false));
        }

        async Task PostAsync(int by, Guid? parent)
        {
            var text = $"{(comments.Count % 4 == 3 ? "suspect" : "fine")} {comments.Count}";
            var posted = await site.PostAsync(article, $"p{by}", text, parent);
            if (posted.Status == 201)
                comments.Add((posted["id"].GetGuid(), by));
        }

        (Guid Id, int By) Newest(int back) => comments[^(1 + back % comments.Count)];

        async Task WriteAsync(Write w)
        {
            var (id, author) = Newest(w.Comment);
            // refused or not: what they may is not the question here
            _ = w.What switch
            {
                < 3 => await site.FlagAsync(id, $"p{w.By}"),
                3 => await site.SendAsync("DELETE", $"/comments/{id}", token: site.Token($"p{author}")),
                4 => await site.SendAsync(
                    "PATCH",
                    $"/comments/{id}",
                    new { body = $"edited {w.By}" },
                    site.Token($"p{author}")
                ),
                5 => await site.SendAsync(
                    "PUT",
                    $"/comments/{id}/reactions/like",
                    token: site.Token($"p{w.By}")
                ),
                _ => null,
            };
            if (w.What > 5)
                await PostAsync(w.By, w.What > 7 ? id : null);
        }

        async Task DecideAsync(Decision d)
        {
            var (before, last) = (await site.RowsAsync(), await LastAsync());
            // all on one article
            await ModeratorMoves.MakeAsync(d.Move, site, (_, back) => Newest(back));
            if (d.IsKept || await LastAsync() is not { } line || line.Position == last?.Position)
                return;
            if (!line.IsUndoable)
            {
                // a note is no decision
                Assert.Equal("note", line.Action);
                return;
            }

            var undone = await site.ModerateAsync($"/moderation/log/{line.Position}/undo?bulk=true");

            Assert.Empty(undone.Expect(200)["left"].EnumerateArray());
            Assert.Equal(before, await site.RowsAsync());
            Undone++;
        }

        /// <summary>The newest line of the log.</summary>
        async Task<(long Position, string Action, bool IsUndoable)?> LastAsync()
        {
            var items = (await site.LookAsync("/moderation/log?limit=1")).GetProperty("items");
            return items.GetArrayLength() == 0
                ? null
                : (
                    items[0].GetProperty("position").GetInt64(),
                    items[0].GetProperty("action").GetString()!,
                    items[0].GetProperty("undoable").GetBoolean()
                );
        }
    }
}
