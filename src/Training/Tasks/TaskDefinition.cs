using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>A task that a catalogue offers by name.</summary>
/// <param name="Name">The name on the command line and in the plan.</param>
/// <param name="Summary">What is learned, in a few words for help.</param>
/// <param name="Loss">Name of the loss of a run of this task that names none.</param>
/// <param name="Settings">The settings that the task has.</param>
/// <param name="Create">
/// Makes the task for the shape of a data set. It throws an <see cref="InvalidInputException"/> if
/// the task cannot be made of such data.
/// </param>
public sealed record TaskDefinition(
    string Name, string Summary, string Loss, IReadOnlyList<Setting> Settings, Func<DataShape, Settings, LearningTask> Create);
