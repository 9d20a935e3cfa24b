using System.Globalization;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Memory that a run is sure to take on one machine. What is not sure (messages on their way, garbage, a second copy of the data while it is read) is left out, so a
/// run that would fit is never refused.
/// </summary>
/// <param name="Workers">Workers on the machine.</param>
/// <param name="BytesPerWorker">A worker's gradient, and what its model keeps of each sample until the gradient is known.</param>
/// <param name="BytesPerSilo">Parameters and momentum, and the data set.</param>
/// <param name="Silos">Silos on the machine.</param>
public readonly record struct MemoryNeed(int Workers, long BytesPerWorker, long BytesPerSilo, int Silos)
{
    private const int PixelsAndLabel = (28 * 28) + 1;

    /// <summary>All of it.</summary>
    public long Bytes => (Workers * BytesPerWorker) + (Silos * BytesPerSilo);

    /// <summary>What a machine's part of a run takes.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="vectorLength">Floats of the model's whole vector.</param>
    /// <param name="parameterLength">Those of them that are trained.</param>
    /// <param name="floatsPerSample">Floats that the model keeps of each sample of a worker's batch.</param>
    /// <param name="silosHere">Silos on the machine.</param>
    /// <param name="silos">Silos of the run, those included; they share the workers evenly.</param>
    public static MemoryNeed Of(TrainingPlan plan, int vectorLength, int parameterLength, int floatsPerSample, int silosHere, int silos)
    {
        // Rounded down: a machine that is given one more need not have been refused for it.
        var workers = (int)((long)plan.Workers * silosHere / silos);
        var batch = plan.BatchSize / plan.Workers;
        return new MemoryNeed(
            workers,
            sizeof(float) * (vectorLength + ((long)batch * floatsPerSample)),
            (sizeof(float) * (vectorLength + (plan.Momentum == 0 ? 0L : parameterLength))) + ((long)plan.Samples * PixelsAndLabel),
            silosHere);
    }

    /// <summary>Refuses a run that does not fit.</summary>
    /// <param name="available">Bytes that the machine, or the group of processes that it is divided into, has in all.</param>
    /// <param name="machine">The machine's name in the sentence.</param>
    /// <exception cref="InvalidInputException">It does not fit.</exception>
    public void Check(long available, string machine) => Require(
        Bytes <= available,
        $"The run needs at least {Gigabytes(Bytes)} of memory on {machine}, which has {Gigabytes(available)} ({Workers} workers with {Gigabytes(BytesPerWorker)} each): "
        + "lower --workers, --hidden or --batch-size, or train on a cluster of more machines.");

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB");
}
