using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace ThreadStore.Tests.Conventions;

/// <summary>Which types the server's types refer to, as the compiled assembly has it: nested ones count for their outermost.</summary>
static class UsedTypes
{
    const BindingFlags All =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Static
        | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    static readonly Assembly Server = typeof(Server).Assembly;

    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => c.Value);

    /// <summary>By each type of the server, those that it refers to, the framework's among them.</summary>
    public static readonly IReadOnlyDictionary<Type, HashSet<Type>> ByType = Find();

    static Dictionary<Type, HashSet<Type>> Find()
    {
        var found = new Dictionary<Type, HashSet<Type>>();
        foreach (var type in Server.GetTypes())
        {
            var of = Outermost(type);
            // what the compiler makes for itself is nobody's
            if (
                of.Namespace is null
                || !of.Namespace.StartsWith(nameof(ThreadStore), StringComparison.Ordinal)
            )
                continue;
            if (!found.TryGetValue(of, out var used))
                found[of] = used = [];
            foreach (var other in Of(type))
                Add(used, other);
            used.Remove(of);
        }
        return found;
    }

    static void Add(HashSet<Type> used, Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(used, type.GetElementType());
            return;
        }
        foreach (var argument in type.IsGenericType ? type.GetGenericArguments() : [])
            Add(used, argument);
        used.Add(Outermost(type.IsGenericType ? type.GetGenericTypeDefinition() : type));
    }

    static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    static IEnumerable<Type?> Of(Type type)
    {
        yield return type.BaseType;
        foreach (var implemented in type.GetInterfaces())
            yield return implemented;
        foreach (var attribute in type.GetCustomAttributesData().SelectMany(Of))
            yield return attribute;
        foreach (var field in type.GetFields(All))
            yield return field.FieldType;
        foreach (var property in type.GetProperties(All))
        foreach (var attribute in property.GetCustomAttributesData().SelectMany(Of))
            yield return attribute;
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        foreach (var used in Of(method))
            yield return used;
    }

    static IEnumerable<Type?> Of(CustomAttributeData attribute) =>
        attribute
            .ConstructorArguments.Concat(attribute.NamedArguments.Select(a => a.TypedValue))
            .Select(a => a.Value as Type)
            .Append(attribute.AttributeType)
            // how async methods are made, which the body says
            .Where(_ => attribute.AttributeType.Namespace != typeof(AsyncStateMachineAttribute).Namespace);

    static IEnumerable<Type?> Of(MethodBase method)
    {
        if (method is MethodInfo { ReturnType: var answer })
            yield return answer;
        foreach (var parameter in method.GetParameters())
        {
            yield return parameter.ParameterType;
            foreach (var attribute in parameter.GetCustomAttributesData().SelectMany(Of))
                yield return attribute;
        }
        foreach (var attribute in method.GetCustomAttributesData().SelectMany(Of))
            yield return attribute;
        if (method.GetMethodBody() is not { } body)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses)
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause)
                yield return clause.CatchType;
        foreach (var member in Members(method, body.GetILAsByteArray() ?? []))
        {
            yield return member as Type ?? member.DeclaringType;
            if (member is MethodBase { IsGenericMethod: true } generic)
                foreach (var argument in generic.GetGenericArguments())
                    yield return argument;
            // a property of another's type, though its name does not stand there
            if (member is MethodInfo { ReturnType: var given } && IsOurs(member.DeclaringType))
                yield return given;
        }
    }

    static bool IsOurs(Type? type) => type?.Assembly == Server;

    /// <summary>What the instructions name.</summary>
    static IEnumerable<MemberInfo> Members(MethodBase method, byte[] code)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length; )
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var operation = Codes[value];
            at += operation.Size;
            if (
                operation.OperandType
                is OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineType
                    or OperandType.InlineTok
            )
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod)!;
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar =>
                    1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
