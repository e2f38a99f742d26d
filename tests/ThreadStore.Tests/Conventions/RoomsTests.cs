using System.Text.RegularExpressions;
using ThreadStore.Appending;
using Xunit;

namespace ThreadStore.Tests.Conventions;

/// <summary>
/// Who may use whom (docs/decisions/0043): by what each file's usings name, of which an unused one is an error, and by the
/// types that the compiled code refers to. There are no exceptions.
/// </summary>
public partial class RoomsTests
{
    /// <summary>
    /// Types of capabilities that know neither a framework nor anything of ours but the kernel and each other: events,
    /// what they amount to, and the values in them.
    /// </summary>
    const string State = "state";

    // JasperFx.Core marks a member that is not Marten's to set, and System.Net alone has what HTML is unescaped by
    static readonly string[] Frameworks =
    [
        "Marten",
        "JasperFx.Events",
        "JasperFx.CodeGeneration",
        "Weasel",
        "Npgsql",
        "Wolverine",
        "Microsoft.AspNetCore",
        "Microsoft.Extensions",
        "System.Net.Http",
        "System.Net.Mail",
        "System.Net.Sockets",
    ];

    /// <summary>The rooms, from the ground up, and which others each may use.</summary>
    static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Kernel"] = [],
        ["Setup"] = ["Kernel"],
        ["Telemetry"] = ["Kernel", "Setup"],
        ["Postgres"] = ["Kernel"],
        ["EventStore"] = ["Kernel", "Setup", "Postgres", State],
        ["Rows"] = ["Kernel", "Setup", "Postgres", "EventStore", State],
        ["Appending"] = ["Kernel", "Setup", "Telemetry", "Postgres", "EventStore", "Rows", State],
        ["Jobs"] = ["Kernel", "Postgres"],
    };

    public static TheoryData<string> Names => [.. Rooms.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_room_uses_what_it_may(string room) =>
        IsEmpty(
            UsedTypes
                .ByType.Where(t => RoomOf(t.Key) == room)
                .SelectMany(t => t.Value.Where(used => !May(room, used)).Select(used => (By: t.Key, used)))
                .Select(u => $"{u.By} uses {u.used}{Why(u.used)}")
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void A_room_names_no_other_but_those_that_it_may_use(string room) =>
        IsEmpty(
            from file in Sources.OfServer()
            where RoomOfFolder(file.Path) == room
            from line in file.Lines
            let used = Using().Match(line)
            where used.Success
            let other = RoomOfNamespace(used.Groups[1].Value)
            where other != room && !Rooms[room].Contains(other)
            // of capabilities, what of them is used says the other test
            where Rooms.ContainsKey(other) || !Rooms[room].Contains(State)
            select $"{file.Path}: {line}"
        );

    /// <summary>Of the way in, deciders know values alone: who asks, how long a key may be.</summary>
    [Fact]
    public void Whoever_decides_knows_nothing_of_http() =>
        IsEmpty(
            from decider in UsedTypes.ByType
            where decider.Key.IsAssignableTo(typeof(ISubmission))
            from used in decider.Value
            where
                used.Namespace?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == true
                || RoomOf(used) is "Http" or "Http/Hot" && !States.Contains(used)
            select $"{decider.Key} uses {used}{Why(used)}"
        );

    static void IsEmpty(IEnumerable<string> found)
    {
        var all = string.Join(Environment.NewLine, found.Order(StringComparer.Ordinal));
        if (all != "")
            Assert.Fail(all);
    }

    static bool May(string room, Type used) =>
        RoomOf(used) is not { } other
        || other == room
        || Rooms[room].Contains(other)
        || Rooms[room].Contains(State) && States.Contains(used);

    /// <summary>The largest set of types of which each knows only others of it, and the kernel.</summary>
    static readonly HashSet<Type> States = UsedTypes
        .ByType.Keys.Where(t => RoomOf(t) is { } room && !Rooms.ContainsKey(room))
        .ToHashSet();

    /// <summary>Why types are none: what they know.</summary>
    static readonly Dictionary<Type, Type> Known = [];

    static RoomsTests()
    {
        while (States.RemoveWhere(IsNone) > 0) { }
        static bool IsNone(Type type)
        {
            var known = UsedTypes
                .ByType[type]
                .FirstOrDefault(used =>
                    RoomOf(used) is { } room
                        ? room != "Kernel" && !States.Contains(used)
                        : IsOfFramework(used)
                );
            if (known is not null)
                Known[type] = known;
            return known is not null;
        }
    }

    static string Why(Type? type)
    {
        var chain = "";
        while (type is not null && Known.TryGetValue(type, out type))
            chain += $", which knows {type}";
        return chain;
    }

    static bool IsOfFramework(Type type) =>
        Frameworks.Any(f =>
            type.Namespace == f || type.Namespace?.StartsWith($"{f}.", StringComparison.Ordinal) == true
        );

    /// <returns>Null for what is none of ours.</returns>
    static string? RoomOf(Type type) =>
        // what the compiler makes of regular expressions is in the assembly, too
        type.Assembly == typeof(Server).Assembly
        && type.Namespace is { } name
        && name.StartsWith(nameof(ThreadStore), StringComparison.Ordinal)
            ? RoomOfNamespace(name)
            : null;

    static string RoomOfFolder(string path) =>
        RoomOfNamespace($"{nameof(ThreadStore)}.{Path.GetDirectoryName(path)?.Replace('/', '.')}");

    /// <summary>Its folder; the program's own is what puts all together.</summary>
    static string RoomOfNamespace(string name) =>
        name.StartsWith("ThreadStore.Http.Hot", StringComparison.Ordinal) ? "Http/Hot"
        : name.Split('.') is [nameof(ThreadStore), { Length: > 0 } room, ..] ? room
        : "Server";

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?(ThreadStore\.[\w.]+);")]
    private static partial Regex Using();
}
