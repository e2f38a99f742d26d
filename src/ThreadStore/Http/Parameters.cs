using System.Reflection;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Frames;
using JasperFx.CodeGeneration.Model;
using JasperFx.Core.Reflection;
using Wolverine.Http;
using Wolverine.Http.CodeGen;

namespace ThreadStore.Http;

/// <summary>Marks the parameter of an endpoint that is the request's JSON body.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BodyAttribute : Attribute
{
    /// <summary>What it holds, where its type does not say.</summary>
    public Type? Shape { get; init; }
}

/// <summary>What the OpenAPI document says of a request's body.</summary>
public sealed record RequestBodyType(Type Type);

/// <summary>
/// Teaches Wolverine four kinds of endpoint parameter: <c>[Body]</c>, read strictly by <see cref="RequestBody"/>,
/// <see cref="Caller"/>, who has passed the <see cref="Gate"/>, <see cref="IdempotencyKey"/>, and <see cref="Asked"/>, which
/// has these two and the time.
/// </summary>
public sealed class Parameters : IParameterStrategy
{
    public bool TryMatch(
        HttpChain chain,
        IServiceContainer container,
        ParameterInfo parameter,
        out Variable? variable
    )
    {
        variable = null;
        if (parameter.GetCustomAttribute<BodyAttribute>() is { } body)
        {
            var frame = new ReadOrRefuse(
                parameter.ParameterType,
                "command",
                $"await {typeof(RequestBody).FullNameInCode()}.{nameof(RequestBody.ReadAsync)}<{parameter.ParameterType.FullNameInCode()}>(httpContext)"
            );
            chain.Metadata.WithMetadata(new RequestBodyType(body.Shape ?? parameter.ParameterType));
            variable = frame.Variable;
        }
        else if (parameter.ParameterType == typeof(Caller))
        {
            var frame = new ReadCaller();
            variable = frame.Variable;
        }
        else if (parameter.ParameterType == typeof(IdempotencyKey))
        {
            var frame = new ReadOrRefuse(
                parameter.ParameterType,
                "idempotencyKey",
                $"{typeof(IdempotencyKey).FullNameInCode()}.{nameof(IdempotencyKey.Read)}(httpContext)"
            );
            variable = frame.Variable;
        }
        else if (parameter.ParameterType == typeof(Asked))
        {
            var frame = new ReadOrRefuse(
                parameter.ParameterType,
                "asked",
                $"{typeof(Asked).FullNameInCode()}.{nameof(Asked.Read)}(httpContext, {{0}})",
                typeof(DateTimeOffset)
            );
            variable = frame.Variable;
        }
        return variable is not null;
    }

    /// <summary>For the generated code: the caller; endpoints that are public may meet null.</summary>
    public static Caller? CallerOf(HttpContext http) => http.Features.Get<Caller>();

    /// <summary>What gives a value, or the problem that it is none.</summary>
    sealed class ReadOrRefuse : AsyncFrame
    {
        readonly string source;
        readonly Type? given;
        Variable? value;
        public Variable Variable { get; }

        /// <param name="given">What else it is made of, which stands in <paramref name="source"/> as <c>{0}</c>.</param>
        public ReadOrRefuse(Type type, string name, string source, Type? given = null)
        {
            (this.source, this.given) = (source, given);
            Variable = new Variable(type, name, this);
        }

        public override IEnumerable<Variable> FindVariables(IMethodVariables chain)
        {
            if (given is not null)
                yield return value = chain.FindVariable(given);
        }

        public override void GenerateCode(GeneratedMethod method, ISourceWriter writer)
        {
            var problem = $"no{Variable.Usage}";
            var read = value is null ? source : source.Replace("{0}", value.Usage, StringComparison.Ordinal);
            writer.Write($"var ({Variable.Usage}, {problem}) = {read};");
            writer.Write($"BLOCK:if ({problem} != null)");
            writer.Write($"await {problem}.ExecuteAsync(httpContext);");
            writer.Write("return;");
            writer.FinishBlock();
            Next?.GenerateCode(method, writer);
        }
    }

    sealed class ReadCaller : SyncFrame
    {
        public Variable Variable { get; }

        public ReadCaller() => Variable = new Variable(typeof(Caller), "caller", this);

        public override void GenerateCode(GeneratedMethod method, ISourceWriter writer)
        {
            writer.Write(
                $"var {Variable.Usage} = {typeof(Parameters).FullNameInCode()}.{nameof(CallerOf)}(httpContext);"
            );
            Next?.GenerateCode(method, writer);
        }
    }
}
