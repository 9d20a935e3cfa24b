using System.Collections.Concurrent;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Training.Plugins;

/// <summary>
/// What a silo knows by name: its catalogue, and the plug-ins in its folder. A plug-in is read when
/// a run needs it, so a file may be added or replaced while the silo runs.
/// </summary>
/// <param name="catalogue">The catalogue that the program of the silo was started with.</param>
/// <param name="folder">The folder with plug-ins; null for none.</param>
public sealed class ModelFolder(TrainingCatalogue catalogue, string? folder)
{
    private readonly ConcurrentDictionary<OwnCode, TrainingCatalogue> _known = [];

    /// <summary>The catalogue with the names of a plan.</summary>
    /// <param name="plan">The plan. It may come from another process.</param>
    /// <param name="silo">Name of the silo, for messages.</param>
    /// <exception cref="InvalidInputException">
    /// The plan needs an assembly that this silo does not have, has otherwise, or has where another
    /// user may have put it.
    /// </exception>
    public TrainingCatalogue CatalogueFor(TrainingPlan plan, string silo)
    {
        PlanValidation.Validate(plan);
        return PlanCode.Of(plan) is not { } needed || catalogue.Codes.Contains(needed) ? catalogue
            : _known.TryGetValue(needed, out var known) ? known
            : _known.GetOrAdd(needed, Load(needed, silo));
    }

    private TrainingCatalogue Load(OwnCode needed, string silo)
    {
        if (catalogue.Codes.FirstOrDefault(code => code.File == needed.File) is { } program)
        {
            throw new InvalidInputException($"Silo {silo} has {program}, but the run needs {needed}: start this silo with the same build of the program.");
        }

        InvalidInputException.Require(
            folder is not null,
            $"Silo {silo} has no folder with models, and the run needs {needed}: start it with --Silo:ModelsFolder and the folder of that file, or from the program that has these models.");
        var path = Path.Combine(folder!, needed.File);
        InvalidInputException.Require(
            File.Exists(path), $"Silo {silo} does not find {needed.File}, which the run needs, in its folder {Printable.Of(folder!)}: copy the file there.");
        var file = CodeFile.Read(path);
        InvalidInputException.Require(
            file.Code == needed, $"Silo {silo} has {file.Code} in its folder {Printable.Of(folder!)}, but the run needs {needed}: copy the same file there, with the assemblies that it needs, or start the cluster with --models-from.");
        return PluginFile.AddTo(catalogue, file);
    }
}
