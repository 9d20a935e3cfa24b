using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Remembers which silo could not compute a step. The reason may be the silo alone, such as its
/// memory. If two silos refuse the same step, the model is the reason.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class StepRefusals(TimeProvider time)
{
    private const int MostPauses = 60;

    private readonly Dictionary<SiloAddress, int> _counts = [];
    private StepRefusal? _first;

    /// <summary>Notes that a silo has refused a step.</summary>
    /// <exception cref="InvalidInputException">Another silo has refused the same step.</exception>
    public void Note(SiloAddress silo, long step, InvalidInputException reason)
    {
        if (Of(step) is not { } first)
        {
            _first = new StepRefusal(silo, step, time.GetTimestamp(), reason);
        }
        else if (!first.Silo.Equals(silo))
        {
            throw reason;
        }

        _counts[silo] = _counts.GetValueOrDefault(silo) + 1;
    }

    /// <summary>The first refusal of a step; null if there is none.</summary>
    public StepRefusal? Of(long step) => _first is { } first && first.Step == step ? first : null;

    /// <summary>
    /// How long a silo is left alone after a failure. A silo that refuses again and again is tried
    /// less and less often.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="once">The pause after one failure.</param>
    public TimeSpan PauseOf(SiloAddress silo, TimeSpan once) =>
        new GrowingPause(once, MostPauses * once).After(Math.Max(1, _counts.GetValueOrDefault(silo)));
}

/// <summary>The first refusal of a step.</summary>
/// <param name="Silo">The silo that has refused.</param>
/// <param name="Step">The step.</param>
/// <param name="At">The time of the clock.</param>
/// <param name="Reason">What the silo said.</param>
internal sealed record StepRefusal(SiloAddress Silo, long Step, long At, InvalidInputException Reason);
