using Mnist.Distributed.Tests.Simulation.Clock;

namespace Mnist.Distributed.Tests.Simulation.Network;

/// <summary>The durations of messages and work, and the probabilities of message faults.</summary>
internal sealed class Conditions
{
    /// <summary>Usual time of a message, in seconds.</summary>
    public (double Least, double Most) Message { get; set; } = (0.00005, 0.002);

    /// <summary>Time of one worker's gradient, in seconds.</summary>
    public (double Least, double Most) Work { get; set; } = (0.0002, 0.002);

    /// <summary>Time to load the data, in seconds.</summary>
    public (double Least, double Most) Load { get; set; } = (0.001, 0.2);

    /// <summary>
    /// Probability that a message takes up to <see cref="Detour"/> longer, so that later messages
    /// overtake it.
    /// </summary>
    public double Overtaken { get; set; }

    /// <summary>The longest extra time of such a message, in seconds.</summary>
    public double Detour { get; set; } = 0.8;

    /// <summary>Probability that a message between silos is lost.</summary>
    public double Lost { get; set; }

    /// <summary>Probability that a request between silos arrives twice.</summary>
    public double Twice { get; set; }

    /// <summary>
    /// Probability that a message is serialized some time after it was sent, not at once.
    /// </summary>
    public double WrittenLater { get; set; } = 0.5;

    /// <summary>Probability that such a message waits long until it is serialized.</summary>
    public double Congested { get; set; }

    /// <summary>How long a call waits for its answer, in seconds.</summary>
    public double ResponseTimeout { get; set; } = 30;

    /// <summary>
    /// Probability that a write of the store fails. Half of these writes are done all the same.
    /// </summary>
    public double WriteFails { get; set; }

    /// <summary>The time of a message.</summary>
    public TimeSpan Delay(Timeline timeline) =>
        timeline.Between(Message.Least, Message.Most) + (Overtaken > 0 && timeline.Draws(Overtaken) ? timeline.Between(0, Detour) : TimeSpan.Zero);
}
