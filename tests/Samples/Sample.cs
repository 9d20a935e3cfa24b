using Mnist.Distributed.Tests.Boundaries.Sources;

namespace Mnist.Distributed.Tests.Samples;

/// <summary>The sample of a program with its own model, as it was built with the tests.</summary>
internal static class Sample
{
    /// <summary>Name of the program and of its assembly.</summary>
    public const string Name = "OwnModel";

    /// <summary>Name of its model.</summary>
    public const string Model = "mine";

    /// <summary>The folder with the program.</summary>
    public static string Programs { get; } = Path.Combine(Repository.Root, "samples", Name, "bin", Configuration, Framework);

    /// <summary>Its assembly, which is a plug-in too.</summary>
    public static string Assembly { get; } = Path.Combine(Programs, $"{Name}.dll");

    private static string Framework => Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The tests are in <c>tests/bin/CONFIGURATION/FRAMEWORK</c>.</summary>
    public static string Configuration => Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
}
