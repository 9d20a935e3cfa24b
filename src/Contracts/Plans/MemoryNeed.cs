using System.Globalization;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// The memory that a run needs at least on one machine. Memory that a run may or may not take
/// (messages in transit, garbage, a second copy of the data during the read) is not counted. So a
/// run that would fit is never refused.
/// </summary>
/// <param name="Workers">Number of workers on the machine.</param>
/// <param name="BytesPerWorker">
/// Bytes of one worker: its gradient, and the memory that its model keeps for each sample of a
/// batch.
/// </param>
/// <param name="BytesPerSilo">
/// Bytes of one silo: parameters, optimizer slots, average and the data set.
/// </param>
/// <param name="Silos">Number of silos on the machine.</param>
public readonly record struct MemoryNeed(int Workers, long BytesPerWorker, long BytesPerSilo, int Silos)
{
    /// <summary>The sum, in bytes.</summary>
    public long Bytes => (Workers * BytesPerWorker) + (Silos * BytesPerSilo);

    /// <summary>The need of the part of a run that is on one machine.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="model">The size of the run's model.</param>
    /// <param name="silosHere">Silos on the machine.</param>
    /// <param name="silos">
    /// Number of silos of the run, including <paramref name="silosHere"/>. The silos share the
    /// workers evenly.
    /// </param>
    public static MemoryNeed Of(TrainingPlan plan, ModelSize model, int silosHere, int silos)
    {
        // Rounded down: a machine that may get one more worker must not be refused for it.
        var workers = (int)((long)plan.Workers * silosHere / silos);
        var batch = plan.BatchSize / plan.Workers;
        return new MemoryNeed(
            workers,
            sizeof(float) * (model.Vector + ((long)batch * model.FloatsPerSample)),
            (sizeof(float) * (model.Vector + ((long)model.Slots * model.Parameters))) + ((long)plan.Samples * (plan.Data.Sample.Pixels + sizeof(ushort))),
            silosHere);
    }

    /// <summary>Throws if the run does not fit.</summary>
    /// <param name="available">
    /// Memory of the machine in bytes, or of its control group if a control group limits it.
    /// </param>
    /// <param name="machine">The name of the machine, for the message.</param>
    /// <exception cref="InvalidInputException">The run does not fit.</exception>
    public void Check(long available, string machine) => Require(
        Bytes <= available,
        $"The run needs at least {Gigabytes(Bytes)} of memory on {machine}, which has {Gigabytes(available)} ({Workers} workers with {Gigabytes(BytesPerWorker)} each): "
        + "lower Workers or BatchSize, choose a smaller model, or train on a cluster of more machines.",
        nameof(TrainingPlan.Workers),
        nameof(TrainingPlan.BatchSize));

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB");
}
