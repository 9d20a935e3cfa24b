using System.Security.Cryptography;
using Mnist.Distributed.Tests.Boundaries.Sources;
using Mnist.Distributed.Tests.Processes;

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

    /// <summary>SHA-256 of the weights that a run has written to a folder of a home.</summary>
    public static string Weights(UserHome home, string output) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(home[$"{output}/model.safetensors"])));

    private static string Framework => Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The tests are in <c>tests/bin/CONFIGURATION/FRAMEWORK</c>.</summary>
    public static string Configuration => Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
}
