namespace Mnist.Distributed.Coordinator.Scaling;

/// <summary>The parts of the cost of a step.</summary>
public enum StepLimit
{
    /// <summary>Gradients, sums and the optimizer.</summary>
    Arithmetic,

    /// <summary>Bytes on a silo's link.</summary>
    Bandwidth,

    /// <summary>Messages and bytes that a silo's processor writes and reads.</summary>
    Messages,

    /// <summary>The way of messages, one after the other.</summary>
    Latency,
}

/// <summary>The predicted time of a step and its parts, in seconds.</summary>
/// <param name="Arithmetic">Gradients, sums and the optimizer.</param>
/// <param name="Exchange">All time that the exchange between silos adds.</param>
/// <param name="Bandwidth">Time during which the busiest silo's link is busy.</param>
/// <param name="Messages">Time during which the busiest silo's processor works on messages.</param>
/// <param name="Latency">Time during which messages are on their way and nothing else
/// happens.</param>
public sealed record StepCost(double Arithmetic, double Exchange, double Bandwidth, double Messages, double Latency)
{
    /// <summary>Seconds of the step.</summary>
    public double Seconds => Arithmetic + Exchange;

    /// <summary>The largest part of the cost, which is the first one to improve.</summary>
    public StepLimit Limit =>
        Arithmetic >= Exchange ? StepLimit.Arithmetic
        : Bandwidth >= Messages && Bandwidth >= Latency ? StepLimit.Bandwidth
        : Messages >= Latency ? StepLimit.Messages
        : StepLimit.Latency;
}
