using System.Globalization;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Memory that a run is sure to take on one machine. Memory that is not sure (messages on their way,
/// garbage, a second copy of the data while it is read) is left out. So a run that would fit is never
/// refused.
/// </summary>
/// <param name="Workers">Workers on the machine.</param>
/// <param name="BytesPerWorker">
/// A worker's gradient, and the memory that its model keeps for each sample of a batch.
/// </param>
/// <param name="BytesPerSilo">Parameters, optimizer slots and the data set.</param>
/// <param name="Silos">Silos on the machine.</param>
public readonly record struct MemoryNeed(int Workers, long BytesPerWorker, long BytesPerSilo, int Silos)
{
    /// <summary>All of it.</summary>
    public long Bytes => (Workers * BytesPerWorker) + (Silos * BytesPerSilo);

    /// <summary>What a machine's part of a run takes.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="model">The size of the run's model.</param>
    /// <param name="silosHere">Silos on the machine.</param>
    /// <param name="silos">Silos of the run, those included; they share the workers evenly.</param>
    public static MemoryNeed Of(TrainingPlan plan, ModelSize model, int silosHere, int silos)
    {
        // Rounded down: a machine that is given one more need not have been refused for it.
        var workers = (int)((long)plan.Workers * silosHere / silos);
        var batch = plan.BatchSize / plan.Workers;
        return new MemoryNeed(
            workers,
            sizeof(float) * (model.Vector + ((long)batch * model.FloatsPerSample)),
            (sizeof(float) * (model.Vector + ((long)model.Slots * model.Parameters))) + ((long)plan.Samples * (plan.Data.Sample.Pixels + sizeof(ushort))),
            silosHere);
    }

    /// <summary>Refuses a run that does not fit.</summary>
    /// <param name="available">
    /// Bytes that the machine, or the group of processes that it is divided into, has in all.
    /// </param>
    /// <param name="machine">The machine's name in the sentence.</param>
    /// <exception cref="InvalidInputException">The run does not fit.</exception>
    public void Check(long available, string machine) => Require(
        Bytes <= available,
        $"The run needs at least {Gigabytes(Bytes)} of memory on {machine}, which has {Gigabytes(available)} ({Workers} workers with {Gigabytes(BytesPerWorker)} each): "
        + "lower Workers or BatchSize, choose a smaller model, or train on a cluster of more machines.",
        nameof(TrainingPlan.Workers),
        nameof(TrainingPlan.BatchSize));

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB");
}
