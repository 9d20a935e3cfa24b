using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Tasks;

namespace Mnist.Distributed.Training.Losses;

/// <summary>What the objective of a loss is made for.</summary>
/// <param name="Task">The task.</param>
/// <param name="Settings">The plan's settings of the loss.</param>
/// <param name="Teacher">The teacher; null for no teacher.</param>
public sealed record LossRequest(LearningTask Task, Settings Settings, Teacher? Teacher);
