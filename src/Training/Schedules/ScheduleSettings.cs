using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>Settings that several schedules have, with PyTorch's defaults.</summary>
public static class ScheduleSettings
{
    /// <summary>The factor of schedules that lower the rate now and then.</summary>
    public static readonly Setting<double> Gamma = Factor(0.1);

    /// <summary>A factor by which the rate is multiplied.</summary>
    /// <param name="usual">The default.</param>
    public static Setting<double> Factor(double usual) => new(
        "gamma", "Factor of the learning rate.", usual, "above 0 and below 1", value => value is > 0 and < 1);
}
