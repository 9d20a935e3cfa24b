using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Tasks;

/// <summary>Combinations that make no sense are refused with what would work.</summary>
public sealed class MisfitTests
{
    [Theory]
    [InlineData("digits", "ctc", "mlp", "choose Task strings")]
    [InlineData("digits", "dice", "mlp", "choose Task ink")]
    [InlineData("strings", "mse", "reader", "or for strings Loss ctc")]
    [InlineData("digits", "hinge", "mlp", "choose another Model, such as mlp-logits")]
    [InlineData("even-odd", "binary-cross-entropy", "mlp-module", "choose another Model, such as mlp-logits")]
    [InlineData("digits", "cross-entropy", "inknet", "choose another Model, or Task ink")]
    [InlineData("digits", "cross-entropy", "reader", "choose another Model, or Task strings")]
    [InlineData("boxes", "iou", "cnn", "choose another Model")]
    [InlineData("shapes", "iou", "cnn", "choose one of digits, even-odd")]
    public void A_combination_that_makes_no_sense_is_refused(string task, string loss, string model, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(new TrainingPlan { Task = task, Loss = loss, Model = model })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_class_that_the_data_lack_is_refused()
    {
        var plan = new TrainingPlan { Task = "one-vs-rest", Loss = "hinge", Model = "mlp-logits", TaskSettings = Settings.Empty.With("class", "10") };

        Assert.Contains("labels of the data set are 0 to 9", Assert.Throws<InvalidInputException>(() => TrainingSetup.Of(plan)).Message, StringComparison.Ordinal);
    }
}
