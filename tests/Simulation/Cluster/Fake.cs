using System.Reflection;

namespace Mnist.Distributed.Tests.Simulation.Cluster;

/// <summary>
/// Replaces an interface of the runtime of which the code uses only a few members.
/// </summary>
internal class Fake : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = (_, _) => null;

    /// <summary>An object whose members are answered by a function.</summary>
    public static T Of<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var made = Create<T, Fake>();
        ((Fake)(object)made)._answer = answer;
        return made;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
