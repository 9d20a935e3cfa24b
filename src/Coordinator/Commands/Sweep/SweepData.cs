using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Grains.Data;
using Mnist.Distributed.Training.Data;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>The data sets of the trials of a sweep, each loaded once.</summary>
/// <param name="note">Receives sentences for the user.</param>
/// <param name="cancellation">Ends a download.</param>
internal sealed class SweepData(Action<string> note, CancellationToken cancellation)
{
    private readonly Dictionary<(string Name, string? Folder, ImageSize? Size), DataSet> _asked = [];
    private readonly Dictionary<(string Name, string? Folder, ImageSize? Size), DataSet> _loaded = [];

    /// <summary>The data sets, for a silo in this process.</summary>
    public DataSetStore Store => new((name, folder, size) => Task.FromResult(_loaded[(name, folder, size)]));

    /// <summary>The data set of a trial.</summary>
    /// <param name="plan">The plan of its command line.</param>
    /// <param name="sources">What it reads.</param>
    /// <exception cref="Contracts.InvalidInputException">The data cannot be read.</exception>
    public async Task<DataSet> Load(TrainingPlan plan, TrainSources sources)
    {
        if (!_asked.TryGetValue((plan.DataSet, sources.DataFolder, plan.ImageSize), out var data))
        {
            data = await DataSource.Find(plan.DataSet, sources.DataFolder, plan.ImageSize, sources.DataSetGiven, note, cancellation);
            _asked[(plan.DataSet, sources.DataFolder, plan.ImageSize)] = data;
        }

        var known = DataSource.Use(plan, data, sources.DataFolder);
        _loaded[(known.DataSet, known.DataFolder, known.ImageSize)] = data;
        return data;
    }

    /// <summary>Loads the data sets of a stored sweep.</summary>
    /// <param name="sets">The data sets.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// The data cannot be read, or are others now.
    /// </exception>
    public async Task Load(IReadOnlyList<SweepDataSet> sets)
    {
        foreach (var (name, folder, size, digest) in sets)
        {
            var data = await DataSource.Find(name, folder, size, given: true, note, cancellation);
            Require(data.Digest == digest, $"The {data.Name} data here ({data.Origin}) are not what the sweep was begun with: give the same files with MNIST_DATA.");
            _loaded[(name, folder, size)] = data;
        }
    }

    /// <summary>The data set of a complete plan.</summary>
    public DataSet Of(TrainingPlan plan) => _loaded[(plan.DataSet, plan.DataFolder, plan.ImageSize)];
}
