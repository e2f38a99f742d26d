namespace ThreadStore.Tests;

public class Smoke
{
    [Xunit.Fact]
    public void One() => Xunit.Assert.True(true);
}
