using CsCheck;

using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Sharding;

using Xunit;

namespace Mnist.Distributed.Tests.Training.Sharding;

public sealed class ShardProperties
{
    private static readonly Gen<TrainingPlan> Plans = PlansWith(Gen.Bool);

    [Fact]
    public void An_epoch_visits_every_sample_once() => Gen.Select(Plans, Gen.Int[0, 100]).Sample((plan, epoch) =>
        Assert.Equal(Enumerable.Range(0, plan.Samples), Steps(plan, epoch).SelectMany(step => step).SelectMany(samples => samples).Order()));

    [Fact]
    public void A_worker_visits_its_own_samples_only() => Gen.Select(Plans, Gen.Int[0, 100]).Sample((plan, epoch) =>
    {
        for (var worker = 0; worker < plan.Workers; worker++)
        {
            Assert.All(Visits(plan, worker, epoch), sample => Assert.Equal(worker, sample % plan.Workers));
        }
    });

    [Fact]
    public void A_step_is_one_batch_evenly_split() => Plans.Sample(plan =>
    {
        var before = 0;
        foreach (var step in Steps(plan, epoch: 0))
        {
            var sizes = Array.ConvertAll(step, samples => samples.Length);
            Assert.Equal(Math.Min(plan.BatchSize, plan.Samples - before), sizes.Sum());
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
            before += sizes.Sum();
        }
    });

    [Fact]
    public void No_step_is_larger_than_the_announced_maximum() => Plans.Sample(plan =>
    {
        var most = new Shard(plan, worker: 0).MaxBatch;
        Assert.All(Steps(plan, epoch: 0).SelectMany(step => step), samples => Assert.InRange(samples.Length, 0, most));
    });

    [Fact]
    public void An_epoch_has_a_step_for_every_batch_begun() => Plans.Sample(plan =>
        Assert.Equal((int)Math.Ceiling((double)plan.Samples / plan.BatchSize), plan.StepsPerEpoch));

    [Fact]
    public void The_order_depends_on_seed_epoch_and_worker_alone() =>
        Gen.Select(Plans, Gen.Int[0, 100], Gen.Int[0, 500]).Sample((plan, epoch, more) =>
        {
            var other = plan with { BatchSize = plan.BatchSize + more, LearningRate = 1, Epochs = 3, Model = "cnn", OptimizerSettings = PlanSettings.Sgd(0.5f) };
            var worker = more % plan.Workers;
            Assert.Equal(Visits(plan, worker, epoch), Visits(other, worker, epoch));
        });

    [Fact]
    public void Epochs_seeds_and_workers_have_orders_of_their_own() =>
        Gen.Select(Gen.Long, Gen.Int[0, 1000]).Sample((seed, epoch) =>
        {
            var plan = new TrainingPlan { Samples = 100, Workers = 2, BatchSize = 10, Seed = seed };
            var order = Visits(plan, worker: 0, epoch);
            Assert.NotEqual(order, Visits(plan, worker: 0, epoch + 1));
            Assert.NotEqual(order, Visits(plan with { Seed = seed ^ 1 }, worker: 0, epoch));
            Assert.NotEqual(order, [.. Visits(plan, worker: 1, epoch).Select(sample => sample - 1)]);
        });

    [Fact]
    public void Without_shuffling_steps_walk_through_the_file() => PlansWith(Gen.Const(false)).Sample(plan =>
    {
        var begin = 0;
        foreach (var step in Steps(plan, epoch: 2))
        {
            var count = Math.Min(plan.BatchSize, plan.Samples - begin);
            Assert.Equal(Enumerable.Range(begin, count), step.SelectMany(samples => samples).Order());
            Assert.All(step, samples => Assert.Equal(samples.Order(), samples));
            begin += count;
        }
    });

    [Fact]
    public void A_shard_answers_alike_in_any_order() =>
        Gen.Select(Plans, Gen.Select(Gen.Int[0, 4], Gen.Int[0, 10_000]).Array[1, 20]).Sample((plan, questions) =>
        {
            var shard = new Shard(plan, plan.Workers - 1);
            foreach (var (epoch, any) in questions)
            {
                var step = any % plan.StepsPerEpoch;
                Assert.Equal(new Shard(plan, plan.Workers - 1).SamplesAt(epoch, step).ToArray(), shard.SamplesAt(epoch, step).ToArray());
            }
        });

    private static Gen<TrainingPlan> PlansWith(Gen<bool> shuffling) =>
        from workers in Gen.OneOf(Gen.Int[1, 8], Gen.Int[1, 300])
        from batch in Gen.Int[workers, (4 * workers) + 50]
        from samples in Gen.OneOf(Gen.Int[1, 2000], Gen.Int[1, 300])
        from seed in Gen.Long
        from shuffle in shuffling
        select new TrainingPlan { Workers = workers, BatchSize = batch, Samples = samples, Seed = seed, Shuffle = shuffle };

    /// <summary>Samples by step and worker.</summary>
    private static IEnumerable<int[][]> Steps(TrainingPlan plan, int epoch)
    {
        var shards = Enumerable.Range(0, plan.Workers).Select(worker => new Shard(plan, worker)).ToArray();
        for (var step = 0; step < plan.StepsPerEpoch; step++)
        {
            yield return Array.ConvertAll(shards, shard => shard.SamplesAt(epoch, step).ToArray());
        }
    }

    private static int[] Visits(TrainingPlan plan, int worker, int epoch)
    {
        var shard = new Shard(plan, worker);
        return [.. Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => shard.SamplesAt(epoch, step).ToArray())];
    }
}
