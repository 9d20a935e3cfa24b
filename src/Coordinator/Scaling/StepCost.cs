namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>What keeps a step from being shorter.</summary>
public enum StepLimit
{
    /// <summary>Gradients, sums and the optimizer.</summary>
    Arithmetic,

    /// <summary>Bytes on a silo's link.</summary>
    Bandwidth,

    /// <summary>Messages and bytes that a silo's processor makes and reads.</summary>
    Messages,

    /// <summary>Waiting for messages to arrive, one after the other.</summary>
    Latency,
}

/// <summary>The time of a step and what it consists of, in seconds.</summary>
/// <param name="Arithmetic">Gradients, sums and the optimizer.</param>
/// <param name="Exchange">All that the cluster adds to it.</param>
/// <param name="Bandwidth">Time that the busiest silo's link is busy.</param>
/// <param name="Messages">Time that the busiest silo's processor is busy with messages.</param>
/// <param name="Latency">Time that messages are under way where nothing else happens.</param>
public sealed record StepCost(double Arithmetic, double Exchange, double Bandwidth, double Messages, double Latency)
{
    /// <summary>Seconds of the step.</summary>
    public double Seconds => Arithmetic + Exchange;

    /// <summary>What to improve first.</summary>
    public StepLimit Limit =>
        Arithmetic >= Exchange ? StepLimit.Arithmetic
        : Bandwidth >= Messages && Bandwidth >= Latency ? StepLimit.Bandwidth
        : Messages >= Latency ? StepLimit.Messages
        : StepLimit.Latency;
}
