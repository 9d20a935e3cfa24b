using System.CommandLine;
using System.CommandLine.Invocation;
using Mnist.Distributed.Silo;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>
/// <c>--version</c>: prints the version as silos, runs and reports name it, with the user's
/// assemblies of this program.
/// </summary>
internal sealed class VersionAction(TrainingCatalogue catalogue) : SynchronousCommandLineAction
{
    /// <summary>Gives the command's <c>--version</c> this action.</summary>
    public static T AddTo<T>(T root, TrainingCatalogue catalogue)
        where T : RootCommand
    {
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(catalogue);
        return root;
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        Console.WriteLine(OwnVersion.Of(catalogue));
        return 0;
    }
}
