using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Train;

/// <summary>The program reports options that have no effect.</summary>
public sealed class IneffectiveOptionsTests(SmallMnist data)
{
    [Theory]
    [InlineData("--checkpoint-every", "mlp", true, "--checkpoint-every has no effect without --cluster")]
    [InlineData("--checkpoint-every", "mlp", false, null)]
    [InlineData("--slices", "mlp", true, "--slices has no effect without --cluster")]
    [InlineData("--fan-out", "mlp", false, "--fan-out has no effect without --slices")]
    public void Each_is_named_where_it_changes_nothing(string option, string model, bool inProcess, string? begin)
    {
        var sentence = IneffectiveOptions.Of([option], new TrainingPlan { Model = model, Samples = int.MaxValue }, data.Load(), inProcess).SingleOrDefault();
        Assert.Equal(begin is null, sentence is null);
        Assert.StartsWith(begin ?? "", sentence ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmallMnist.TrainCount, 0)]
    [InlineData(SmallMnist.TrainCount + 1, 1)]
    public void A_limit_above_what_there_is_is_told(int limit, int sentences) =>
        Assert.Equal(sentences, IneffectiveOptions.Of(["--limit"], new TrainingPlan { Samples = limit }, data.Load(), inProcess: true).Count());
}
