using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mnist.Distributed.Tests;

/// <summary>
/// Tests that take about half a minute or more on two cores. Each of them repeats what a shorter
/// test shows, with more faults, more silos, a larger net, or another store. CI runs all of them.
/// </summary>
public static class LongTests
{
    public const string WhyNot = "It is a long test: MNIST_LONG_TESTS=1 runs it.";

    public static bool AreRun => Environment.GetEnvironmentVariable("MNIST_LONG_TESTS") == "1";
}

/// <summary>A fact of <see cref="LongTests"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipType, SkipUnless) = (LongTests.WhyNot, typeof(LongTests), nameof(LongTests.AreRun));
}

/// <summary>A theory of <see cref="LongTests"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipType, SkipUnless) = (LongTests.WhyNot, typeof(LongTests), nameof(LongTests.AreRun));
}

/// <summary>Arguments with which a theory is one of <see cref="LongTests"/>.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class LongDataAttribute : DataAttribute
{
    private readonly object?[] _arguments;

    public LongDataAttribute(params object?[] arguments)
    {
        _arguments = arguments;
        (Skip, SkipType, SkipUnless) = (LongTests.WhyNot, typeof(LongTests), nameof(LongTests.AreRun));
    }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([ConvertDataRow(_arguments)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
