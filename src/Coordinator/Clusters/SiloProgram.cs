namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>The silo program that belongs to this program.</summary>
internal static class SiloProgram
{
    /// <summary>
    /// The hidden command by which this program is a silo itself: the last resort of one that is a
    /// single file.
    /// </summary>
    public const string Command = "silo";

    private const string Name = "mnist-silo";

    /// <summary>
    /// The words that start it: the program beside this one where this one is a program,
    /// <c>dotnet</c> and the assembly where it was started by <c>dotnet</c>.
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
