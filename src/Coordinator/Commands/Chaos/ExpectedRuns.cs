using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>
/// The plain trainer's results for plans that differ in their epochs only; each is computed once.
/// </summary>
/// <param name="data">The data set.</param>
/// <param name="catalogue">The models.</param>
/// <param name="note">Receives a sentence before the plain trainer starts.</param>
internal sealed class ExpectedRuns(DataSet data, TrainingCatalogue catalogue, Action<string> note)
{
    private readonly Dictionary<int, ExpectedRun> _known = [];

    /// <summary>The result for a plan; trains on this thread if it is not known.</summary>
    public ExpectedRun Of(TrainingPlan plan)
    {
        if (!_known.TryGetValue(plan.Epochs, out var known))
        {
            note(string.Create(CultureInfo.InvariantCulture, $"Training {plan.TotalSteps:N0} steps with the plain trainer, to know what to expect."));
            SlowWork.Is("training with the plain trainer");
            known = _known[plan.Epochs] = ExpectedRun.Of(plan, data, catalogue);
        }

        return known;
    }
}
