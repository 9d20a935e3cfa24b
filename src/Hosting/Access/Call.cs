using System.Reflection;
using System.Text.RegularExpressions;

namespace Mnist.Distributed.Hosting.Access;

/// <summary>A method of a grain, by the names that it has on the wire.</summary>
/// <param name="Interface">The alias of the interface.</param>
/// <param name="Method">The alias of the method.</param>
public sealed partial record Call(string Interface, string Method)
{
    /// <summary>Reads the name of a request's type.</summary>
    /// <param name="typeName">The name, as Orleans writes it.</param>
    /// <returns>The call; null if the type is no request to a grain.</returns>
    public static Call? Parse(string typeName) =>
        Form().Match(typeName) is { Success: true } match ? new Call(match.Groups["interface"].Value, match.Groups["method"].Value) : null;

    /// <summary>The call of a method of an interface.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The call; null if the method or its interface has no alias.</returns>
    public static Call? Of(MethodInfo method) =>
        AliasOf(method.DeclaringType) is { } type && AliasOf(method) is { } name ? new Call(type, name) : null;

    /// <inheritdoc />
    public override string ToString() => $"{Interface}.{Method}";

    private static string? AliasOf(MemberInfo? member) => member?.GetCustomAttribute<AliasAttribute>()?.Alias;

    [GeneratedRegex("""^\("inv",\[GrainRef\],\[(?<interface>[\w.,]+)\],"(?<method>\w+)"\)$""", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
