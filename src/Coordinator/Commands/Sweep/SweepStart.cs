using System.CommandLine;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps.Displays;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>Starts a sweep, and accompanies it.</summary>
/// <param name="options">The options of the trials.</param>
/// <param name="catalogue">The models, losses and optimizers.</param>
internal sealed class SweepStart(SweptOptions options, TrainingCatalogue catalogue)
{
    /// <summary>Carries out a command line.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(ParseResult parsed, SweepRequest request)
    {
        var display = SweepDisplay.For(request.Json);
        using var interrupts = new Interrupts();
        SlowWork.Is("reading weights and data");
        var data = new SweepData(display.Note, interrupts.Requested);
        var (plan, initial) = await new SweepPlanning(options, catalogue, data, display.Note).Make(parsed, request);
        var id = NewId.Of(DateTime.UtcNow);
        return request.Detach ? await Detach(id, plan, initial, request, display) : await Follow(id, plan, initial, request, data, display, interrupts);
    }

    /// <summary>The report of a trial on the test images; null if none is wanted.</summary>
    public static Func<SweepTrial, ResultReport>? Reports(bool wanted, SweepData data, TrainingCatalogue catalogue) =>
        wanted ? trial => new ResultReport((TrainingSetup.Of(trial.Plan, catalogue), data.Of(trial.Plan))) : null;

    private async Task<int> Follow(string id, SweepPlan plan, TrainingState? initial, SweepRequest request, SweepData data, ISweepDisplay display, Interrupts interrupts)
    {
        var path = request.Folder ?? Path.Combine(LocalRuns.Usual, id);
        SweepFolder.Make(path, id, request.Force);
        using var record = request.Place is null ? InProcessSweep.Take(path, id, plan.Trials.Count) : null;
        SlowWork.Is("starting a silo in this process");
        await using var cluster = request.Place is { } place ? await place.Connect() : await InProcessSweep.Open(path, id, data, request.Threads, catalogue);
        SlowWork.Is("starting the sweep");
        await RetryingCall.Do(() => cluster.Grains.GetGrain<ISweepGrain>(id).Start(plan, initial));
        var folder = new SweepFolder(path, request.Place?.Cluster, [.. plan.Trials.Select(trial => SweepDataSet.Of(trial.Plan)).Distinct()], Reports(request.Reports, data, catalogue));
        return await new SweepSession(id, cluster.Grains, request.Place, catalogue, display, folder).Follow(interrupts);
    }

    private static async Task<int> Detach(string id, SweepPlan plan, TrainingState? initial, SweepRequest request, ISweepDisplay display)
    {
        var place = request.Place!;
        await using var cluster = await place.Connect();
        SlowWork.Is("starting the sweep");
        await RetryingCall.Do(() => cluster.Grains.GetGrain<ISweepGrain>(id).Start(plan, initial));
        if (request.Json)
        {
            Json.Print(new { Event = "detached", SweepId = id, place.Cluster, Trials = plan.Trials.Count });
        }
        else
        {
            Console.WriteLine($"Sweep {id} trains {Quantity.Of(plan.Trials.Count, "trial")} on cluster {place.Cluster}.");
            display.Note($"See it with: mnist sweep watch {id} {place.Options}");
        }

        return ExitCode.Done;
    }
}
