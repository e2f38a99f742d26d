using CsCheck;
using ThreadStore.Http;
using Xunit;

namespace ThreadStore.Tests.Http;

public class CursorTests
{
    static readonly Gen<Cursor> Any = Gen.Select(
        Gen.Long,
        Gen.Long,
        Gen.Guid,
        (k, t, id) => new Cursor(k, t, id)
    );

    [Fact]
    public void What_was_encoded_is_decoded() =>
        Gen.Select(Any, Gen.String)
            .Sample(
                (cursor, scope) =>
                    Cursor.TryDecode(cursor.Encode(scope), scope, out var decoded) && decoded == cursor
            );

    [Fact]
    public void A_cursor_needs_no_escaping_in_an_address() =>
        Any.Sample(cursor =>
        {
            var text = cursor.Encode("list");
            return Uri.EscapeDataString(text) == text;
        });

    [Fact]
    public void A_cursor_of_another_list_is_refused() =>
        Gen.Select(Any, Gen.String.AlphaNumeric, Gen.String.AlphaNumeric)
            .Where((_, one, other) => one != other)
            .Sample((cursor, one, other) => !Cursor.TryDecode(cursor.Encode(one), other, out _));

    [Fact]
    public void A_cursor_with_a_character_changed_is_refused() =>
        Gen.Select(Any, Gen.Int[0, 47], Gen.Char.AlphaNumeric)
            .Sample(
                (cursor, at, character) =>
                {
                    var text = cursor.Encode("list").ToCharArray();
                    if (text[at] == character)
                        return true;
                    text[at] = character;
                    return !Cursor.TryDecode(new string(text), "list", out _);
                }
            );

    [Fact]
    public void Garbage_is_refused() => Gen.String.Sample(text => !Cursor.TryDecode(text, "list", out _));

    [Fact]
    public void Garbage_of_the_right_length_is_refused() =>
        Gen.OneOf(Gen.Char.AlphaNumeric, Gen.Char["-_=+/ \r\n\0é"])
            .Array[48]
            .Sample(characters => !Cursor.TryDecode(new string(characters), "list", out _));

    [Fact]
    public void A_forged_cursor_names_no_time_that_the_database_cannot_hold() =>
        Any.Sample(cursor =>
        {
            foreach (var time in (DateTimeOffset[])[cursor.KeyTime, cursor.SecondTime])
            {
                if (time < DateTimeOffset.MinValue || time > DateTimeOffset.MaxValue)
                    return false;
            }
            return true;
        });

    [Fact]
    public void A_time_is_kept_to_the_microsecond() =>
        Gen.DateTimeOffset.Sample(time =>
        {
            var microseconds = Cursor.Microseconds(time);
            return new Cursor(microseconds, microseconds, Guid.Empty) is var cursor
                && cursor.KeyTime == cursor.SecondTime
                && (time.UtcTicks - cursor.KeyTime.UtcTicks) is > -10 and < 10;
        });
}
