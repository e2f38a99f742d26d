using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class ErasedLessonTests(Store store)
{
    [Fact]
    public async Task The_certificate_names_the_models_that_rest_on_the_erased_and_the_next_is_made_without()
    {
        var site = await store.ASiteAsync();
        await site.TeachAsync(await site.AnArticleAsync(), 260);
        var before = await site.LearnAsync(new { });
        var hash = before["hash"].GetString();

        var certificate = (
            await site.SendAsync("DELETE", "/commenters/writer3/data", null, site.AsAdmin())
        ).Expect(200);

        Assert.Equal([hash], certificate["models"].EnumerateArray().Select(m => m.GetString()));
        var again = await site.SendAsync("DELETE", "/commenters/writer3/data", null, site.AsAdmin());
        Assert.Equal(certificate["models"].GetRawText(), again.Expect(200)["models"].GetRawText());
        var after = await site.LearnAsync(new { });
        Assert.NotEqual(hash, after["hash"].GetString());
        Assert.True(
            after["report"].GetProperty("decided").GetInt32()
                < before["report"].GetProperty("decided").GetInt32()
        );
    }
}
