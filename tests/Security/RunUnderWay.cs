using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training;
using Xunit;

namespace Mnist.Distributed.Tests.Security;

/// <summary>
/// A run that goes on for as long as a test tries to disturb it, however fast the machine is.
/// </summary>
/// <param name="data">What it trains with.</param>
/// <param name="grains">The cluster that trains.</param>
internal sealed class RunUnderWay(SmallMnist data, IGrainFactory grains)
{
    /// <summary>The id of the run.</summary>
    public const string Id = "run";

    private readonly ITrainingRunGrain _run = grains.GetGrain<ITrainingRunGrain>(Id);

    private TrainingPlan Plan => new()
    {
        DataSet = "mnist",
        DataFolder = data.Path,
        Workers = 4,
        Epochs = 100_000,
        Samples = SmallMnist.TrainCount,
        TestSamples = SmallMnist.TestCount,
    };

    public Task Start() => _run.Start(Plan, new RunOptions(), null, null);

    /// <summary>
    /// Stops the run, which nobody may have stopped before, and compares the SHA-256 of its weights
    /// with that of the same run in one process.
    /// </summary>
    public async Task EndsLikeThePlainTrainer()
    {
        Assert.Equal(RunStatus.Running, (await RetryingCall.Ask(_run.Describe)).Status);
        await RetryingCall.Do(_run.Stop);
        var cursor = default(RunCursor);
        while (!cursor.Ended)
        {
            cursor = (await RetryingCall.Ask(() => _run.Watch(cursor))).Next;
        }

        var ended = (await RetryingCall.Ask(_run.GetState))!;
        Assert.InRange(ended.Step, 1, Plan.TotalSteps - 1);
        using var plain = new PlainTrainer(Plan, data.Load());
        while (plain.State.Step < ended.Step)
        {
            plain.TrainStep();
        }

        Assert.Equal(Sha256(plain.State.Snapshot().Parameters), Sha256(ended.Parameters));
    }

    private static string Sha256(ParameterVector weights) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(weights.Span)));
}
