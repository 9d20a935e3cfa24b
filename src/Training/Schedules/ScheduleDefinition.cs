using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Assemblies;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>A schedule that a catalogue offers by name.</summary>
/// <param name="Name">The name on the command line and in the plan.</param>
/// <param name="Summary">How the rate changes, in a few words for help.</param>
/// <param name="Settings">The settings that the schedule has.</param>
/// <param name="Create">
/// Makes the schedule of a plan. It throws <see cref="Contracts.InvalidInputException"/> if the
/// settings have no effect in the plan.
/// </param>
public sealed record ScheduleDefinition(string Name, string Summary, IReadOnlyList<Setting> Settings, Func<TrainingPlan, ISchedule> Create)
{
    /// <summary>The assembly that defines it; null if this project does.</summary>
    public OwnCode? Code { get; init; }
}
