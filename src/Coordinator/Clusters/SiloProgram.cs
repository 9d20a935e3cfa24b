namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Finds the silo program that belongs to this program.</summary>
internal static class SiloProgram
{
    /// <summary>
    /// The hidden command that makes this program itself a silo. It is used if no silo program
    /// exists beside this program, as after a publication as a single file.
    /// </summary>
    public const string Command = "silo";

    private const string Name = "mnist-silo";

    /// <summary>
    /// The first words of the command line that starts a silo. If this program was started by
    /// <c>dotnet</c>: <c>dotnet</c> and the assembly. Else: the silo program beside this program
    /// or, without one, this program with <see cref="Command"/>.
    /// </summary>
    public static IReadOnlyList<string> CommandLine()
    {
        var self = Environment.ProcessPath ?? "dotnet";
        var assembly = Path.Combine(AppContext.BaseDirectory, $"{Name}.dll");
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            return [self, assembly];
        }

        var beside = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{Name}.exe" : Name);
        return File.Exists(beside) && File.Exists(assembly) ? [beside] : [self, Command];
    }
}
