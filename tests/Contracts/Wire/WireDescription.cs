using System.Reflection;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>
/// The wire format as text: one line for everything that another build could disagree on.
/// </summary>
internal static class WireDescription
{
    public static IEnumerable<string> Lines() =>
        Enums().Concat(WireTypes.Messages.SelectMany(Message)).Concat(WireTypes.Interfaces.SelectMany(Interface));

    public static string? AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    private static IEnumerable<string> Message(Type type) =>
    [
        $"message {AliasOf(type)} = {TypeText.Of(type)} : {TypeText.Of(type.BaseType!)}",
        .. WireTypes.MembersOf(type).Select(member => $"  {member.Id} {member.Member.Name}: {TypeText.Of(member.Type)}"),
    ];

    private static IEnumerable<string> Interface(Type type) =>
    [
        $"interface {AliasOf(type)} = {TypeText.Of(type)}",
        .. type.GetMethods().OrderBy(method => method.Name, StringComparer.Ordinal).Select(method => $"  {AliasOf(method)} = {Signature(method)}"),
    ];

    private static string Signature(MethodInfo method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => TypeText.Of(p.ParameterType)))}): {TypeText.Of(method.ReturnType)}";

    /// <summary>The members of enumerations, which are sent as numbers.</summary>
    private static IEnumerable<string> Enums() =>
        from type in WireTypes.Messages.SelectMany(WireTypes.MembersOf).Select(member => member.Type).Where(type => type.IsEnum).Distinct()
        orderby type.Name
        select $"enum {TypeText.Of(type)} = {string.Join(", ", Enum.GetValues(type).Cast<Enum>().Select(value => $"{value:D} {value}"))}";
}
