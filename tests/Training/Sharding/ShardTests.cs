using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Sharding;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Sharding;

public sealed class ShardTests
{
    /// <summary>
    /// The bytes of every run follow from these orders, so they must never change.
    /// </summary>
    [Fact]
    public void A_key_always_gives_the_same_order()
    {
        var plan = new TrainingPlan { Samples = 16, Workers = 2, BatchSize = 16, Seed = 5 };

        Assert.Equal([13, 7, 9, 11, 1, 5, 3, 15], new Shard(plan, worker: 1).SamplesAt(epoch: 3, stepInEpoch: 0).ToArray());

        var alone = plan with { Samples = 8, Workers = 1 };
        Assert.Equal([4, 2, 1, 6, 7, 5, 0, 3], new Shard(alone, worker: 0).SamplesAt(epoch: 0, stepInEpoch: 0).ToArray());
    }

    [Fact]
    public void One_worker_without_shuffling_reads_the_file_in_order()
    {
        var shard = new Shard(new TrainingPlan { Samples = 10, Workers = 1, BatchSize = 4, Shuffle = false }, worker: 0);

        Assert.Equal([0, 1, 2, 3], shard.SamplesAt(epoch: 5, stepInEpoch: 0).ToArray());
        Assert.Equal([4, 5, 6, 7], shard.SamplesAt(epoch: 5, stepInEpoch: 1).ToArray());
        Assert.Equal([8, 9], shard.SamplesAt(epoch: 5, stepInEpoch: 2).ToArray());
    }

    [Fact]
    public void A_worker_without_a_sample_of_its_own_has_nothing_to_do()
    {
        var shard = new Shard(new TrainingPlan { Samples = 3, Workers = 8, BatchSize = 8 }, worker: 7);

        Assert.Empty(shard.SamplesAt(epoch: 0, stepInEpoch: 0).ToArray());
    }
}
