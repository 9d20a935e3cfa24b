using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Silo;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>mnist silo</c>: makes this program a silo. A program in a single file has no silo program
/// beside it that it could start.
/// </summary>
internal static class SiloCommand
{
    /// <summary>
    /// Whether the arguments name this command. The other arguments are then arguments of a silo,
    /// and the command line of this program does not parse them.
    /// </summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) => arguments is [SiloProgram.Command, ..];

    /// <summary>Runs the silo.</summary>
    public static Task<int> Run(IReadOnlyList<string> arguments, TrainingCatalogue? catalogue) => SiloMain.Run([.. arguments.Skip(1)], catalogue);
}
