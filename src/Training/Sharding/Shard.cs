using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Training.Sharding;

/// <summary>
/// The samples of one worker, { i : i mod W = w } of the training set, and the order in which an
/// epoch visits them. An epoch has positions 0..N-1, and position p belongs to worker p mod W. Step
/// t takes the positions from t*B up to, not including, (t+1)*B. So an epoch visits every sample
/// exactly once, for any N (samples), W (workers) and B (batch). May be used by one thread at a
/// time.
/// </summary>
public sealed class Shard
{
    private readonly TrainingPlan _plan;
    private readonly int _worker;
    private readonly int[] _order;
    private int _orderedEpoch = -1;

    /// <summary>Makes the shard of a worker.</summary>
    /// <param name="plan">Gives samples, workers, batch and seed.</param>
    /// <param name="worker">0-based index of the worker.</param>
    public Shard(TrainingPlan plan, int worker)
    {
        _plan = plan;
        _worker = worker;
        _order = new int[OwnPositionsBefore(plan.Samples)];
    }

    /// <summary>The largest number of samples that the worker has in one step.</summary>
    public int MaxBatch => (_plan.BatchSize + _plan.Workers - 1) / _plan.Workers;

    /// <summary>The samples that the worker visits at a step.</summary>
    /// <param name="epoch">0-based epoch.</param>
    /// <param name="stepInEpoch">0-based step within the epoch.</param>
    /// <returns>Indexes into the training set, in order; valid until the next call.</returns>
    public ReadOnlySpan<int> SamplesAt(int epoch, int stepInEpoch)
    {
        if (epoch != _orderedEpoch)
        {
            OrderEpoch(epoch);
        }

        var begin = OwnPositionsBefore((long)stepInEpoch * _plan.BatchSize);
        var end = OwnPositionsBefore(Math.Min((stepInEpoch + 1L) * _plan.BatchSize, _plan.Samples));
        return _order.AsSpan(begin, end - begin);
    }

    private int OwnPositionsBefore(long position) => (int)((position + _plan.Workers - 1 - _worker) / _plan.Workers);

    private void OrderEpoch(int epoch)
    {
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = (i * _plan.Workers) + _worker;
        }

        if (_plan.Shuffle)
        {
            var random = new KeyedRandom(_plan.Seed, RandomPurpose.EpochOrder, epoch, _worker);
            for (var i = _order.Length - 1; i > 0; i--)
            {
                var j = random.NextInt32(i + 1);
                (_order[i], _order[j]) = (_order[j], _order[i]);
            }
        }

        _orderedEpoch = epoch;
    }
}
