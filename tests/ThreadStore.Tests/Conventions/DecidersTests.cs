using System.Reflection;
using ThreadStore.Appending;
using Xunit;

namespace ThreadStore.Tests.Conventions;

/// <summary>Commands are decided anew when their transaction failed, or another node was first: nothing of the first time
/// may be left.</summary>
public class DecidersTests
{
    static readonly Type[] Deciders =
    [
        .. typeof(Server)
            .Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(ISubmission)) && t is { IsClass: true, IsAbstract: false }),
    ];

    public static TheoryData<string> Names => [.. Deciders.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whoever_decides_remembers_nothing_of_it(string name) =>
        Assert.All(
            Deciders
                .Single(d => d.Name == name)
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            field =>
                Assert.True(
                    field.IsInitOnly && !IsFilled(field.FieldType),
                    $"{name} writes {field.Name}: what deciding finds goes into the Decision."
                )
        );

    /// <summary>A collection that is made empty and filled later.</summary>
    static bool IsFilled(Type type) =>
        type.IsGenericType
        && type.GetGenericTypeDefinition() is var kind
        && (kind == typeof(List<>) || kind == typeof(HashSet<>) || kind == typeof(Dictionary<,>));
}
