using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ThreadStore.Transfer.Rehearsals;
using Xunit;

namespace ThreadStore.Tests.Transfer.Rehearsals;

public class PseudonymsTests
{
    static Pseudonyms Seeded(Kept kept = Kept.Nothing) => Pseudonyms.Of("a seed", kept);

    [Theory]
    [InlineData("The Quick brown fox, aged 42, jumps; doesn't it?")]
    [InlineData("Größe, naïveté and Žluťoučký kůň")]
    [InlineData("Съешь ещё этих мягких французских булок, Ёж")]
    [InlineData("Ξεσκεπάζω την ψυχοφθόρα βδελυγμία")]
    [InlineData("איזה כיף היום בבית הספר")]
    [InlineData("نص حكيم له سر قاطع ١٢٣")]
    [InlineData("我能吞下玻璃而不伤身体。")]
    [InlineData("いろはにほへとカタカナ ｶﾀｶﾅ")]
    [InlineData("키스의 고유조건은 입술끼리")]
    [InlineData("ऋषियों को सताने वाले १२३")]
    [InlineData("เป็นมนุษย์สุดประเสริฐ")]
    [InlineData("𠀋𠂢 and 𝔤𝔬𝔱𝔥")]
    public void A_text_keeps_its_length_its_scripts_and_its_signs(string text)
    {
        var swapped = Seeded().Text(text);

        Assert.NotEqual(text, swapped);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetByteCount(swapped));
        Assert.Equal(text.EnumerateRunes().Select(Kind), swapped.EnumerateRunes().Select(Kind));
        Assert.Equal(swapped, Seeded().Text(text));

        // what is no letter or digit stays what it is
        static string Kind(Rune r) =>
            Rune.IsLetterOrDigit(r) ? $"{Script(r)} {Rune.GetUnicodeCategory(r)}" : $"{r}";
    }

    /// <summary>As .NET's regular expressions name the blocks.</summary>
    static string Script(Rune r) =>
        new[]
        {
            "IsBasicLatin",
            "IsLatin-1Supplement",
            "IsLatinExtended-A",
            "IsGreek",
            "IsCyrillic",
            "IsHebrew",
            "IsArabic",
            "IsDevanagari",
            "IsThai",
            "IsHiragana",
            "IsKatakana",
            "IsHalfwidthandFullwidthForms",
            "IsCJKUnifiedIdeographs",
            "IsHangulSyllables",
        }.FirstOrDefault(b => Regex.IsMatch($"{r}", $@"\p{{{b}}}")) ?? $"{r.Value >> 16}";

    [Fact]
    public void What_differs_in_a_letter_becomes_something_else_all_over()
    {
        var (one, other) = (Seeded().Text("aaaaaaaaaaaaaaaaaaaaaa"), Seeded().Text("aaaaaaaaaaaaaaaaaaaaab"));

        Assert.InRange(one.Zip(other).Count(p => p.First == p.Second), 0, 8);
        Assert.NotEqual(one, Pseudonyms.Of("another", Kept.Nothing).Text("aaaaaaaaaaaaaaaaaaaaaa"));
        Assert.NotEqual(
            Pseudonyms.Of(null, Kept.Nothing).Text("aaaaaaaaaaaaaaaaaaaaaa"),
            Pseudonyms.Of(null, Kept.Nothing).Text("aaaaaaaaaaaaaaaaaaaaaa")
        );
    }

    [Fact]
    public void Markup_and_addresses_stay_what_they_are_and_lead_nowhere()
    {
        Assert.Matches(
            @"^> \*[a-z]{4}\* \[[a-z]{4}\]\(https://[a-z]{3}-[a-z]{4}-[a-z]{7}:8080/[a-z]/%[46][1-9]\?[a-z]=\d\), &amp; &#\d{3};$",
            Seeded().Text("> *bold* [link](https://www.news.example:8080/a/%C3?b=1), &amp; &#233;")
        );
        Assert.Matches(
            """^<p>[a-z]{3} <a href="http://[a-z]-[a-z]{2}/[a-z]" title="[a-z]{3}">[a-z]{2}</a></p>$""",
            Seeded().Text("""<p>abc <a href="http://x.yz/q" title="abc">ab</a></p>""", isHtml: true)
        );
        Assert.DoesNotContain('.', Seeded().Address("https://a.b.c.example/", isPicture: true));
    }

    [Fact]
    public void A_mention_names_the_same_person_under_their_other_name()
    {
        var names = Seeded();
        var ada = names.Person("ada-l");

        Assert.StartsWith($"@{ada}, ", names.Text("@ada-l, look"), StringComparison.Ordinal);
        Assert.StartsWith($"@{ada}. ", names.Text("@ada-l. Look"), StringComparison.Ordinal);
        Assert.StartsWith(
            $"@\"{names.Name("Lena Voss")}\" ",
            names.Text("@\"Lena Voss\" look"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("@nobody", names.Text("@nobody"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_people_become_one_however_few_names_there_are()
    {
        var names = Seeded();
        var keys = Enumerable
            .Range(0, 100)
            .Select(i => i.ToString("d2", CultureInfo.InvariantCulture))
            .Concat(Enumerable.Range('a', 26).Select(c => $"{(char)c}"))
            .ToList();

        var others = keys.ConvertAll(names.Person);

        Assert.Equal(keys.Count, others.Distinct().Count());
        Assert.Equal(others, keys.ConvertAll(names.Person));
        Assert.All(keys.Zip(others), p => Assert.Equal(p.First.Length, p.Second.Length));
        Assert.Equal("😀", names.Person("😀"));
    }

    [Fact]
    public void Nobody_gets_the_name_of_somebody_who_is_there()
    {
        var names = Seeded();
        var letters = Enumerable.Range('a', 26).Select(c => $"{(char)c}").ToList();

        names.Meet(new([.. letters, "😀"], letters), new(["b", "c", "😀"], ["x"]));

        Assert.Matches("^[a-z]{2}$", names.Person("b"));
        Assert.Matches("^[a-z]{2}$", names.Person("c"));
        Assert.NotEqual(names.Person("b"), names.Person("c"));
        Assert.Equal("😀a", names.Person("😀"));
        Assert.Matches("^[a-z]{2}$", names.Article("x"));
    }

    [Fact]
    public void Whoever_is_mentioned_before_they_come_has_the_name_that_they_get()
    {
        var (names, kept) = (Seeded(), Seeded(Kept.Names));
        names.Meet(new([], []), new(["ada-l"], []));
        kept.Meet(new([], []), new(["ada-l"], []));

        var mention = names.Text("@ada-l, look");

        Assert.StartsWith($"@{names.Person("ada-l")}, ", mention, StringComparison.Ordinal);
        Assert.StartsWith("@ada-l, ", kept.Text("@ada-l, look"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_stays_one_and_programs_keep_their_names()
    {
        Assert.Matches("^guest:[a-z]{3}$", Seeded().Person("guest:abc"));
        Assert.Matches("^disqus:[0-9]{4}$", Seeded().Person("disqus:1234"));
        Assert.Equal("import", Seeded().Person("import"));
    }

    [Fact]
    public void What_is_kept_is_kept_and_nothing_else()
    {
        var (texts, names) = (Seeded(Kept.Texts), Seeded(Kept.Names));

        Assert.Equal("a text", texts.Text("a text"));
        Assert.Equal("an-article", texts.Article("an-article"));
        Assert.NotEqual("someone", texts.Person("someone"));
        Assert.NotEqual("A Name", texts.Name("A Name"));
        Assert.Equal("someone", names.Person("someone"));
        Assert.Equal("A Name", names.Name("A Name"));
        Assert.NotEqual("a text", names.Text("a text"));
        Assert.NotEqual("4711-abc", Seeded(Kept.Names | Kept.Texts).Elsewhere("4711-abc"));
    }
}
