using System.CommandLine;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Coordinator.Sweeps.Values;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>Makes the plan of a sweep from its command line.</summary>
/// <param name="options">The options of the trials.</param>
/// <param name="catalogue">The models, losses and optimizers.</param>
/// <param name="data">The data sets.</param>
/// <param name="note">Receives sentences for the user, each once.</param>
internal sealed class SweepPlanning(SweptOptions options, TrainingCatalogue catalogue, SweepData data, Action<string> note)
{
    private readonly HashSet<string> _noted = [];

    /// <summary>The plan, and the state that all trials start from.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="request">What it says about the sweep itself.</param>
    /// <exception cref="Contracts.InvalidInputException">A trial cannot be trained.</exception>
    public async Task<(SweepPlan Plan, TrainingState? Initial)> Make(ParseResult parsed, SweepRequest request)
    {
        var swept = options.Swept(parsed, request.Random is not null);
        Require(swept.Count > 0, "No option has several values: give one, such as --lr 0.003,0.01,0.03 or --seed 0..4; 'mnist train' trains a single run.");
        var grid = request.Random is { } count ? SweepGrid.Draw(swept, count, request.Seed) : SweepGrid.All(swept);
        var (trials, initial) = (new List<SweepTrial>(), default(TrainingState));
        foreach (var values in grid)
        {
            var trial = options.Trial(parsed, values.ToDictionary(value => value.Option, value => value.Value));
            var input = await Read(trial, request);
            Require(initial is null || Fits(initial, input.Initial!), "All trials start from the state of --init, but they differ in the optimizer, in --ema or in the model: sweep other options, or leave out --init.");
            initial ??= input.Initial;
            trials.Add(new SweepTrial(trials.Count + 1, values, input.Setup.Plan, options.Train.Command(trial, input.Setup.Plan)));
        }

        var plan = new SweepPlan(trials, options.Train.Options(options.Trial(parsed, grid[0].ToDictionary(value => value.Option, value => value.Value))), request.Halving, request.Command);
        SweepPlan.Validate(plan);
        return (plan, initial);
    }

    private async Task<TrainInput> Read(ParseResult trial, SweepRequest request)
    {
        var (plan, sources, runs) = (options.Train.Plan(trial), options.Train.Sources(trial), options.Train.Options(trial));
        PlanValidation.Validate(plan);
        PlanValidation.Validate(runs);
        var set = await data.Load(plan, sources);
        if (ModelsFrom.Remark(sources.Models, plan) is { } remark)
        {
            Note(remark);
        }

        var input = TrainInput.Complete(plan, sources, set, runs.Keep, catalogue, Note);
        var asTrain = new TrainRequest(
            plan, runs, sources, new TrainPlace(request.Place, request.Threads, Detach: false), new TrainResults(null, false, false, false, false, null), new GivenOptions(IneffectiveOptions.Given(trial), "", []));
        foreach (var sentence in IneffectiveOptions.Of(asTrain, set))
        {
            Note(sentence);
        }

        return input;
    }

    private void Note(string sentence)
    {
        if (_noted.Add(sentence))
        {
            note(sentence);
        }
    }

    /// <summary>
    /// Whether a trial with its own initial state may start from that of another.
    /// </summary>
    private static bool Fits(TrainingState first, TrainingState own) =>
        first.Layout == own.Layout && first.Optimizer == own.Optimizer && first.Slots.Length == own.Slots.Length && first.Average is null == own.Average is null;
}
