using System.Text.Json;
using Npgsql;

namespace ThreadStore.Kernel;

/// <summary>Enumerations by the words of the contract, and columns that may be null.</summary>
public static class Words
{
    static class Of<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<string, T> Values = Enum.GetValues<T>()
            .ToDictionary(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));
        public static readonly Dictionary<T, string> Names = Values.ToDictionary(p => p.Value, p => p.Key);
    }

    public static string Word<T>(this T value)
        where T : struct, Enum => Of<T>.Names[value];

    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Of<T>.Values.Keys;

    public static T Parse<T>(string word)
        where T : struct, Enum => Of<T>.Values[word];

    public static T? TryParse<T>(string word)
        where T : struct, Enum => Of<T>.Values.TryGetValue(word, out var value) ? value : null;

    public static string? Text(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static Guid? Id(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public static DateTimeOffset? Time(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
