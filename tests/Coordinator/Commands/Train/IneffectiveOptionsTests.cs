using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Train;

/// <summary>The program reports options that have no effect.</summary>
public sealed class IneffectiveOptionsTests(SmallMnist data)
{
    [Theory]
    [InlineData("--checkpoint-every", "mlp", true, null)]
    [InlineData("--checkpoint-every", "mlp", false, null)]
    [InlineData("--threads", "mlp", true, null)]
    [InlineData("--threads", "mlp", false, "--threads has no effect with --cluster")]
    [InlineData("--slices", "mlp", true, "--slices has no effect without --cluster")]
    [InlineData("--fan-out", "mlp", false, "--fan-out has no effect without --slices")]
    public void Each_is_named_where_it_changes_nothing(string option, string model, bool inProcess, string? begin)
    {
        var sentence = Of(new TrainingPlan { Model = model, Samples = int.MaxValue }, option, inProcess ? null : new ClusterPlace("local", new ClusterAccess())).SingleOrDefault();
        Assert.Equal(begin is null, sentence is null);
        Assert.StartsWith(begin ?? "", sentence ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--patience", 3, 4, "--patience 3 has no effect with --epochs 4: the first epoch that it could stop after is epoch 4.")]
    [InlineData("--patience", 3, 5, null)]
    [InlineData("--patience", int.MaxValue, 5, "--patience 2147483647 has no effect")]
    [InlineData("--patience", 0, 1, null)]
    [InlineData("--target", 0, 1, "--target has no effect with --epochs 1")]
    [InlineData("--target", 0, 2, null)]
    [InlineData("--keep", 0, 1, "--keep has no effect with --epochs 1")]
    [InlineData("--keep", 0, 2, null)]
    public void A_choice_of_epochs_that_cannot_matter_is_told(string option, int patience, int epochs, string? begin)
    {
        var plan = new TrainingPlan { Patience = patience, Epochs = epochs, Samples = 30 };
        var sentence = Of(plan, option).SingleOrDefault();
        Assert.Equal(begin is null, sentence is null);
        Assert.StartsWith(begin ?? "", sentence ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmallMnist.TrainCount, 0)]
    [InlineData(SmallMnist.TrainCount + 1, 1)]
    public void A_limit_above_what_there_is_is_told(int limit, int sentences) =>
        Assert.Equal(sentences, Of(new TrainingPlan { Samples = limit }, "--limit").Count());

    private IEnumerable<string> Of(TrainingPlan plan, string option, ClusterPlace? cluster = null) => IneffectiveOptions.Of(
        new TrainRequest(
            plan,
            new RunOptions(),
            new TrainSources(false, null, null, null),
            new TrainPlace(cluster, null, false),
            new TrainResults(null, false, false, true, false, null),
            new GivenOptions(new HashSet<string> { option }, "mnist train", [])),
        data.Load());
}
