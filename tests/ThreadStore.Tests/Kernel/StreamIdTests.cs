using CsCheck;
using ThreadStore.Kernel;
using Xunit;

namespace ThreadStore.Tests.Kernel;

public class StreamIdTests
{
    // no halves of surrogate pairs: no key has them
    static readonly Gen<string> Text = Gen.String[Gen.Char['\0', '\uD7FF'], 0, 12];

    [Fact]
    public void The_same_parts_make_the_same_id_for_good()
    {
        Assert.Equal(new Guid("a7d00778-192c-5fab-8756-6b362fb2741f"), StreamId.Site("demo"));
        Assert.Equal(StreamId.Article("demo", "a/b"), StreamId.Article("demo", "a/b"));
    }

    [Fact]
    public void An_id_is_a_UUID_of_version_5() =>
        Gen.Select(Text, Text)
            .Sample(
                (site, key) =>
                {
                    var id = StreamId.Article(site, key);
                    return id.Version == 5 && id.Variant is >= 8 and <= 11;
                }
            );

    [Fact]
    public void Kinds_never_meet() =>
        Gen.Select(Text, Text)
            .Sample(
                (a, b) =>
                {
                    Guid[] ids =
                    [
                        StreamId.Site(a),
                        StreamId.Article(a, b),
                        StreamId.Commenter(a, b),
                        StreamId.Import(a, b, ""),
                        StreamId.Request(a, b, "", ""),
                    ];
                    return ids.Distinct().Count() == ids.Length;
                }
            );

    [Fact]
    public void Splits_of_one_text_never_meet() =>
        Text.Where(t => t.Length > 0)
            .Sample(text =>
            {
                var splits = Enumerable
                    .Range(0, text.Length + 1)
                    .Select(n => (text[..n], text[n..]))
                    .ToList();
                return splits.Select(s => StreamId.Article(s.Item1, s.Item2)).Distinct().Count()
                        == splits.Count
                    && splits.Select(s => StreamId.Commenter(s.Item1, s.Item2)).Distinct().Count()
                        == splits.Count
                    && splits.Select(s => StreamId.Import("s", s.Item1, s.Item2)).Distinct().Count()
                        == splits.Count
                    && splits.Select(s => StreamId.Request("c", "POST", s.Item1, s.Item2)).Distinct().Count()
                        == splits.Count;
            });

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("a", "", "", "a")]
    [InlineData("a\0", "b", "a", "\0b")]
    [InlineData("é", "", "e\u0301", "")]
    public void Different_parts_make_different_ids(string a, string b, string c, string d) =>
        Assert.NotEqual(StreamId.Article(a, b), StreamId.Article(c, d));
}
