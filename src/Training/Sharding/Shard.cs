using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Training.Sharding;

/// <summary>
/// The samples of one worker, { i : i mod W = w } of the training set, and the order in which an epoch visits them.
/// Think of an epoch as positions 0..N-1, where position p belongs to worker p mod W: step t takes positions
/// t*B up to (t+1)*B, so every sample is visited exactly once, whatever N, W and B are. Used by one thread at a time.
/// </summary>
public sealed class Shard
{
    private readonly TrainingPlan _plan;
    private readonly int _worker;
    private readonly int[] _order;
    private int _orderedEpoch = -1;

    /// <summary>The shard of <paramref name="worker"/>.</summary>
    public Shard(TrainingPlan plan, int worker)
    {
        _plan = plan;
        _worker = worker;
        _order = new int[OwnPositionsBefore(plan.Samples)];
    }

    /// <summary>Most samples the worker ever has in one step.</summary>
    public int MaxBatch => (_plan.BatchSize + _plan.Workers - 1) / _plan.Workers;

    /// <summary>Indexes of the samples the worker visits at a step, in order; valid until the next call.</summary>
    /// <param name="epoch">0-based epoch.</param>
    /// <param name="stepInEpoch">0-based step within the epoch.</param>
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
