using System.Reflection;
using ThreadStore.Http;
using Wolverine.Http;
using Xunit;

namespace ThreadStore.Tests.Conventions;

public class EndpointTests
{
    static IEnumerable<MethodInfo> Endpoints =>
        typeof(Server)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance))
            .Where(m => m.GetCustomAttributes<WolverineHttpMethodAttribute>().Any());

    [Fact]
    public void Every_endpoint_states_who_may_call_it()
    {
        Assert.NotEmpty(Endpoints);
        Assert.All(
            Endpoints,
            m =>
                Assert.True(
                    m.GetCustomAttributes<AccessAttribute>().Count() == 1,
                    $"{m.DeclaringType}.{m.Name}"
                )
        );
    }

    [Fact]
    public void Every_endpoint_can_be_cancelled_and_none_reads_a_body_but_strictly() =>
        Assert.All(
            Endpoints,
            m =>
            {
                Assert.Contains(m.GetParameters(), p => p.ParameterType == typeof(CancellationToken));
                Assert.DoesNotContain(m.GetParameters(), p => p.ParameterType == typeof(Stream));
            }
        );

    [Fact]
    public void Whoever_takes_a_caller_for_granted_lets_no_stranger_in() =>
        Assert.All(
            Endpoints
                .SelectMany(m => m.GetParameters())
                .Where(p => p.ParameterType == typeof(Caller) || p.ParameterType == typeof(Asked)),
            p =>
            {
                var mayBeNull = new NullabilityInfoContext().Create(p).ReadState == NullabilityState.Nullable;
                var isPublic = p.Member.GetCustomAttribute<PublicAttribute>() is not null;
                Assert.True(mayBeNull == isPublic, $"{p.Member.DeclaringType}.{p.Member.Name}");
            }
        );

    [Fact]
    public void Every_code_of_a_problem_has_a_page_and_a_status_of_a_refusal() =>
        Assert.All(
            ProblemCodes.All,
            k =>
            {
                Assert.NotNull(ProblemPage.Of(k.Code));
                Assert.InRange(k.Status, 400, 503);
                Assert.Matches("^[a-z]+(-[a-z]+)*$", k.Code);
            }
        );
}
