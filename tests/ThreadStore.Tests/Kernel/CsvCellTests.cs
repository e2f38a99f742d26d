using ThreadStore.Kernel;
using Xunit;

namespace ThreadStore.Tests.Kernel;

public class CsvCellTests
{
    [Theory]
    [InlineData(" =1", "' =1")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＠A1", "'＠A1")]
    [InlineData("+1", "+1")]
    [InlineData("-2 is less", "'-2 is less")]
    [InlineData("a, b", "\"a, b\"")]
    [InlineData(" a ", "\" a \"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    public void What_strangers_wrote_is_text(string text, string cell) =>
        Assert.Equal(cell, CsvCell.Text(text));

    [Fact]
    public void What_we_wrote_stays_as_it_is() => Assert.Equal("-1", CsvCell.Quote("-1"));
}
