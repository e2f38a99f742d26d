using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

public class TextPageNameTests
{
    [Theory]
    // length in code points of the composed form, words, at least one letter or digit
    [InlineData("x", true)]
    [InlineData("7", true)]
    [InlineData("-- * --", false)]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghij", true)]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijk", false)]
    [InlineData("𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜", true)]
    [InlineData("𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜", false)]
    [InlineData(
        "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
        true
    )]
    [InlineData("one two three four five", true)]
    [InlineData("one two three four five six", false)]
    [InlineData("田中太郎", true)]
    // quotes and addresses
    [InlineData("Tomas \"Tom\" Rehn", false)]
    [InlineData("“Tom", false)]
    [InlineData("Tom”", false)]
    [InlineData("«Tom", false)]
    [InlineData("Tom»", false)]
    [InlineData("Sinéad O'Brien", true)]
    [InlineData("http://a.example", false)]
    [InlineData("see HTTPS://a.example", false)]
    [InlineData("https is a name", true)]
    // ends of sentences
    [InlineData("Really!", false)]
    [InlineData("¿Quién?", false)]
    [InlineData("Well…", false)]
    [InlineData("面白い。", false)]
    [InlineData("面白い！", false)]
    [InlineData("面白い？", false)]
    [InlineData("Well,", false)]
    [InlineData("Well;", false)]
    [InlineData("Well\u037E", false)]
    [InlineData("Well:", false)]
    [InlineData("¡Hola", true)]
    // the full stop of an initial or a title
    [InlineData("Nonsense.", false)]
    [InlineData("Good decision.", false)]
    [InlineData("Jean-Luc P.", true)]
    [InlineData("Иван П.", true)]
    [InlineData("Smith J.R.", false)]
    [InlineData("Ana Ruiz, Jr.", true)]
    [InlineData("Ana Ruiz PhD.", true)]
    [InlineData("Ana Ruiz, Ph.D.", true)]
    [InlineData("P.", false)]
    [InlineData("PhD.", false)]
    [InlineData("Room 4.", false)]
    public void A_line_looks_like_a_name_or_does_not(string line, bool expected) =>
        Assert.Equal(expected, NameLine.IsNameLike(line));

    [Theory]
    [InlineData("R2Dtoo", true)]
    [InlineData("kelp_fan", true)]
    [InlineData("@Dora", true)]
    [InlineData("~Tilde", true)]
    [InlineData("GdTokyo", true)]
    [InlineData("harbourcat", true)]
    [InlineData("élodie", true)]
    [InlineData("PTownsend", false)]
    [InlineData("Lena Voss", false)]
    [InlineData("Jean-Luc P.", false)]
    [InlineData("What happens next", false)]
    [InlineData("田中", false)]
    public void Some_names_carry_a_mark_that_sub_headings_do_not(string line, bool expected) =>
        Assert.Equal(expected, NameLine.HasStrongMark(line));

    [Theory]
    [InlineData("Lena Voss", "text:Lena Voss")]
    [InlineData("Lena \t\u00A0 Voss", "text:Lena Voss")]
    [InlineData("Zoe\u0308", "text:Zoë")]
    [InlineData("LENA voss", "text:LENA voss")]
    public void The_key_is_the_composed_name_with_single_spaces(string name, string key) =>
        Assert.Equal(key, NameLine.Key(name));
}
