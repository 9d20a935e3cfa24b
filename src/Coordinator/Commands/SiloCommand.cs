using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Silo;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>mnist silo</c>: this program as a silo. A program in a single file has no other one beside it
/// to start.
/// </summary>
internal static class SiloCommand
{
    /// <summary>
    /// Whether the arguments ask for it: they are a silo's then, and no command line of this
    /// program's.
    /// </summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) => arguments is [SiloProgram.Command, ..];

    /// <summary>Runs the silo.</summary>
    public static Task<int> Run(IReadOnlyList<string> arguments, TrainingCatalogue? catalogue) => SiloMain.Run([.. arguments.Skip(1)], catalogue);
}
