using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Assemblies;

/// <summary>
/// The assemblies that a user's assembly shares with this program: .NET's, TorchSharp's and those
/// of this project.
/// </summary>
internal static class SharedAssemblies
{
    private static readonly string[] OfPrograms = ["mnist", "mnist-silo", "TorchSharp"];

    /// <summary>Whether an assembly is one of them.</summary>
    /// <param name="name">Name of the assembly, without a version.</param>
    public static bool Has(string name) => IsVersioned(name) || File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), $"{name}.dll"));

    /// <summary>
    /// Whether a user's assembly must have been built against the version of it that this program
    /// has.
    /// </summary>
    /// <param name="name">Name of the assembly, without a version.</param>
    public static bool IsVersioned(string name) => OfPrograms.Contains(name) || name.StartsWith("Mnist.Distributed.", StringComparison.Ordinal);
}
