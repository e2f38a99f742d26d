using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Identity;
using ThreadStore.Mail;
using ThreadStore.Notices;
using ThreadStore.Tests.Mail;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Notices;

/// <summary>Who gave a notice can be answered, and who wants mail be written to, whatever becomes of keys meanwhile.</summary>
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

    [Theory]
    [InlineData(false)]
    // as it was kept before it was encrypted, or by a server that has no key
    [InlineData(true)]
    public async Task Who_wants_mail_has_their_address_encrypted_with_the_new_key(bool isClear)
    {
        await using var before = await Node.StartAsync(store);
        var site = await before.ASiteAsync();
        var address = await site.WantsMailAsync("ada");
        async Task<string> KeptAsync() =>
            (string)(await before.ScalarAsync($"select address from {MailTables.Addresses}"))!;
        Assert.DoesNotContain('@', await KeptAsync());
        if (isClear)
            await before.ScalarAsync($"update {MailTables.Addresses} set address = '{address}'");

        await using var after = await Node.StartAsync(
            store,
            before.ConnectionString,
            ("ThreadStore:SecretsKey", Key)
        );

        var ada = ThreadStore.Kernel.StreamId.Commenter(site.Key, "ada");
        await Until.TrueAsync(
            async () =>
                await KeptAsync() is var kept
                && !kept.Contains('@', StringComparison.Ordinal)
                && new MailAddresses(new Vault(Key)).Open(site.Key, ada, kept) == address,
            "the address, encrypted with the new key"
        );
        // and the same address is not written again
        var sealedOnce = await KeptAsync();
        await (site with { Client = after.Client }).WantsMailAsync("ada", address: address);
        Assert.Equal(sealedOnce, await KeptAsync());
        Assert.Equal(
            address,
            after.Services.GetRequiredService<MailAddresses>().Open(site.Key, ada, sealedOnce)
        );
    }
}
