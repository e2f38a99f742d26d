using ThreadStore.Kernel;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Setup;

public class ServerOptionsTests
{
    [Theory]
    [InlineData("SharedMaxAge", "five", "a whole number of seconds")]
    [InlineData("SharedMaxAge", "-1", "a whole number of seconds")]
    [InlineData("SilenceMilliseconds", "0", "a number above 0")]
    [InlineData("Limits:Streams", "1.5", "a number above 0")]
    [InlineData("RateLimits:WriteBurst", "many", "a number above 0")]
    [InlineData("RateLimits:Enabled", "perhaps", "true or false")]
    [InlineData("Search:Index", "1", "true or false")]
    [InlineData("Deliveries:Timeout", "ten", "a time such as")]
    [InlineData("Deliveries:FirstRetry", "-00:00:01", "a time such as")]
    public void What_a_setting_can_t_be_is_refused_by_the_name_of_its_variable(
        string name,
        string value,
        string what
    )
    {
        var refused = Assert.Throws<StartupException>(() => Settings.Of(($"ThreadStore:{name}", value)));

        Assert.StartsWith(
            $"ThreadStore__{name.Replace(":", "__", StringComparison.Ordinal)} is {what}",
            refused.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_set_to_nothing_is_not_set() =>
        Assert.Equal(
            Settings.Of().Shown,
            Settings
                .Of(
                    ("ThreadStore:SharedMaxAge", ""),
                    ("ThreadStore:DataFolder", ""),
                    ("ThreadStore:RateLimits:Enabled", "")
                )
                .Shown
        );

    [Fact]
    public void Words_are_separated_or_in_a_list() =>
        Assert.Equal(
            ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
            Settings
                .Of(
                    ("ThreadStore:TrustedProxies:0", "10.0.0.1"),
                    ("ThreadStore:TrustedProxies:1", "10.0.0.2, 10.0.0.3")
                )
                .TrustedProxies
        );

    [Fact]
    public void A_name_that_is_none_is_told_and_a_secret_is_not()
    {
        var options = Settings.Of(
            ("ThreadStore:SigningKye", "a slip"),
            ("ThreadStore:Limits:Stream", "5"),
            ("ThreadStore:TrustedProxies:0", "10.0.0.1"),
            ("ThreadStore:SigningKey", "a secret of thirty-two bytes, or more"),
            ("Elsewhere:Name", "1")
        );

        Assert.Equal(["ThreadStore__Limits__Stream", "ThreadStore__SigningKye"], options.Unknown.Order());
        Assert.DoesNotContain(
            options.Shown,
            s => s.Value.Contains("secret", StringComparison.Ordinal) || s.Key == "ThreadStore:SigningKey"
        );
    }

    [Fact]
    public void Each_setting_stands_in_the_guide_for_operators()
    {
        var guide = File.ReadAllText(Path.Combine(Sources.Root, "docs", "operations.md"));

        foreach (var name in Settings.Of().Shown.Keys)
            Assert.True(
                guide.Contains(
                    $"`{name.Replace(":", "__", StringComparison.Ordinal)}`",
                    StringComparison.Ordinal
                ) || guide.Contains($"`{name[(name.LastIndexOf(':') + 1)..]}`", StringComparison.Ordinal),
                name
            );
    }
}
