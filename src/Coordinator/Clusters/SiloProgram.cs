using System.Reflection;
using Mnist.Distributed.Hosting;
using Mnist.Distributed.Silo;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>The program that local clusters run as their silos.</summary>
/// <param name="CommandLine">The first words of the command line that starts a silo.</param>
/// <param name="Version">Its version, as its silos note it.</param>
internal sealed record SiloProgram(IReadOnlyList<string> CommandLine, string Version)
{
    /// <summary>
    /// The hidden command that makes this program itself a silo. It is used by programs of a
    /// user's, and where no silo program exists beside this program, as after a publication as a
    /// single file.
    /// </summary>
    public const string Command = "silo";

    private const string Name = "mnist-silo";

    /// <summary>
    /// The silo program that belongs to <c>mnist</c>. If <c>mnist</c> was started by
    /// <c>dotnet</c>: <c>dotnet</c> and the assembly. Else: the silo program beside it or, without
    /// one, this program with <see cref="Command"/>.
    /// </summary>
    public static SiloProgram BuiltIn { get; } = new(BuiltInCommand(), ProductVersion.Text);

    /// <summary>The first words of the command line that starts this program again.</summary>
    public static IReadOnlyList<string> Own => IsStartedByDotnet && Assembly.GetEntryAssembly() is { Location: { Length: > 0 } assembly } ? [Process, assembly] : [Process];

    private static string Process => Environment.ProcessPath ?? "dotnet";

    private static bool IsStartedByDotnet => Path.GetFileNameWithoutExtension(Process) == "dotnet";

    /// <summary>
    /// This program itself, with <see cref="Command"/>: its silos know what it knows.
    /// </summary>
    /// <param name="catalogue">The catalogue that the program was started with.</param>
    public static SiloProgram Self(TrainingCatalogue catalogue) => new([.. Own, Command], OwnVersion.Of(catalogue));

    private static IReadOnlyList<string> BuiltInCommand()
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, $"{Name}.dll");
        if (IsStartedByDotnet)
        {
            return [Process, assembly];
        }

        var beside = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{Name}.exe" : Name);
        return File.Exists(beside) && File.Exists(assembly) ? [beside] : [Process, Command];
    }
}
