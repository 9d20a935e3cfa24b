using System.Reflection;
using System.Runtime.InteropServices;

namespace Mnist.Distributed.Training.Assemblies;

/// <summary>
/// The assemblies that a user's assembly shares with this program: .NET's, TorchSharp's and those
/// of this project.
/// </summary>
internal static class SharedAssemblies
{
    private static readonly string[] OfPrograms = ["mnist", "mnist-silo", "TorchSharp"];

    /// <summary>The public key tokens of .NET's own assemblies.</summary>
    private static readonly string[] OfDotnet = ["b03f5f7f11d50a3a", "b77a5c561934e089", "cc7b13ffcd2ddd51", "7cec85d7bea7798e", "adb9793829ddae60"];

    /// <summary>
    /// Whether an assembly is one of them. A self-contained program has the runtime in its own
    /// folder, beside the user's assemblies, so the folder alone does not decide.
    /// </summary>
    /// <param name="name">The name of the assembly.</param>
    public static bool Has(AssemblyName name) =>
        IsVersioned(name.Name!)
        || (OfDotnet.Contains(Convert.ToHexStringLower(name.GetPublicKeyToken() ?? [])) && File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), $"{name.Name}.dll")));

    /// <summary>
    /// Whether a user's assembly must have been built against the version of it that this program
    /// has.
    /// </summary>
    /// <param name="name">Name of the assembly, without a version.</param>
    public static bool IsVersioned(string name) => OfPrograms.Contains(name) || name.StartsWith("Mnist.Distributed.", StringComparison.Ordinal);
}
