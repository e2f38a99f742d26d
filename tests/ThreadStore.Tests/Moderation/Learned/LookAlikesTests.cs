using ThreadStore.Moderation.Learned;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class LookAlikesTests
{
    [Theory]
    [InlineData("You are an Idiot!", " you are an idiot! ")]
    [InlineData("You are an id\u200Bi\u00ADot!", " you are an idiot! ")] // nobody sees what is between
    [InlineData("You аrе аn іdіоt!", " you are an idiot! ")] // letters of Cyrillic
    [InlineData("Ｙｏｕ ａｒｅ ａｎ ｉｄｉｏｔ!", " you are an idiot! ")] // full width
    [InlineData("You are an 1d10t!", " you are an idiot! ")]
    [InlineData("You are an ìdíöt!", " you are an idiot! ")]
    [InlineData("You are an i d i o t!", " you are an idiot! ")]
    [InlineData("You are an i.d.i.o.t!", " you are an idiot! ")]
    [InlineData("Y o u   a r e   a n   i d i o t !", " you are an idiot! ")]
    [InlineData("You are an id**io**t!", " you are an idiot! ")] // of which Markdown makes one word
    [InlineData("You are an idiooooooot!", " you are an idioot! ")]
    [InlineData("In 2024 I paid 1500 for 3 of them", " in 2024 i paid 1500 for 3 of them ")]
    [InlineData("", " ")]
    public void A_text_is_read_as_people_read_it(string written, string read) =>
        Assert.Equal(read, LookAlikes.Unmask(written));

    [Fact]
    public void Hangul_is_read_by_its_letters() =>
        Assert.Equal(LookAlikes.Unmask("바보"), LookAlikes.Unmask("\u1107\u1161\u1107\u1169"));
}
