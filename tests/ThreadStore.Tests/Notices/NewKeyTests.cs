using ThreadStore.Identity;
using ThreadStore.Notices;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Notices;

/// <summary>Who gave a notice can be answered for as long as it is kept, whatever becomes of keys meanwhile.</summary>
public class NewKeyTests(Store store)
{
    const string Key = "secrets-0123456789-0123456789-012345";

    [Theory]
    [InlineData(null)]
    // as a server keeps it that has no key to encrypt it with
    [InlineData("""\x007b22656d61696c223a22626561406578616d706c652e6e6574227d""")]
    public async Task Who_gave_it_is_encrypted_with_the_new_key_before_the_old_one_goes(string? kept)
    {
        await using var before = await Node.StartAsync(store);
        var site = await before.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ann", "He took it.");
        var notice = (
            await site.ReportAsync(
                comment,
                new
                {
                    reason = "defamation",
                    explanation = "I took nothing.",
                    email = "bea@example.net",
                    goodFaith = true,
                }
            )
        )["id"].GetGuid();
        if (kept is not null)
            await before.ScalarAsync($"update {NoticeContacts.Table} set sealed = '{kept}'");

        await using var after = await Node.StartAsync(
            store,
            before.ConnectionString,
            ("ThreadStore:SecretsKey", Key)
        );

        await Until.TrueAsync(
            async () =>
                await before.ScalarAsync($"select sealed from {NoticeContacts.Table}") is byte[] seal
                && NoticeContacts.InClear(seal) is null
                && new NoticeContacts(new Vault(Key)).Open(site.Key, notice, seal)?.Email
                    == "bea@example.net",
            "the notifier's address, encrypted with the new key"
        );
    }
}
