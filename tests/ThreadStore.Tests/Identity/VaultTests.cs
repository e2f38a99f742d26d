using System.Text;
using ThreadStore.Identity;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class VaultTests
{
    const string Old = "old-0123456789-0123456789-0123456789";
    const string New = "new-0123456789-0123456789-0123456789";

    [Fact]
    public void What_was_sealed_is_opened_in_its_place_alone()
    {
        var vault = new Vault(Old);

        var seal = vault.Seal("gazette key k1", "hush");

        Assert.Equal("hush", vault.Open("gazette key k1", seal));
        Assert.Null(vault.Open("herald key k1", seal));
        Assert.DoesNotContain("hush", Encoding.Latin1.GetString(seal), StringComparison.Ordinal);
        Assert.NotEqual(seal, vault.Seal("gazette key k1", "hush"));
    }

    [Fact]
    public void A_new_key_seals_while_the_old_one_still_opens()
    {
        var (before, between, after) = (new Vault(Old), new Vault(New, Old), new Vault(New));
        var seal = before.Seal("p", "hush");

        Assert.Equal("hush", between.Open("p", seal));
        Assert.False(between.KeyId.SequenceEqual(seal.AsSpan(1, Vault.IdLength)));
        Assert.Null(after.Open("p", seal));
        var again = between.Seal("p", "hush");
        Assert.True(between.KeyId.SequenceEqual(again.AsSpan(1, Vault.IdLength)));
        Assert.Equal("hush", after.Open("p", again));
    }

    [Fact]
    public void What_was_changed_is_not_opened()
    {
        var vault = new Vault(Old);
        var seal = vault.Seal("p", "hush");

        for (var i = 0; i < seal.Length; i++)
        {
            var changed = (byte[])seal.Clone();
            changed[i] ^= 1;
            Assert.Null(vault.Open("p", changed));
        }
        Assert.Null(vault.Open("p", []));
        Assert.Null(new Vault().Open("p", seal));
        Assert.False(new Vault().CanSeal);
    }
}
