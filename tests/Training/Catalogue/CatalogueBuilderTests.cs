using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Tests.Training.Catalogue.Extensions;
using Mnist.Distributed.Training.Assemblies;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Fast;
using Mnist.Distributed.Training.Objectives;
using Xunit;

namespace Mnist.Distributed.Tests.Training.Catalogue;

/// <summary>
/// A program's own entries stand beside those of the project, and never in their place.
/// </summary>
public sealed class CatalogueBuilderTests
{
    private static readonly OwnCode Code = new("Own.dll", new string('a', 64));
    private static readonly OwnCode Other = new("Other.dll", new string('b', 64));
    private static readonly ModelDefinition Mine = MlpNetwork.Logits with { Name = "mine" };

    [Fact]
    public void Models_losses_and_optimizers_are_added_and_know_their_assembly()
    {
        var own = TrainingCatalogue.Standard.With(Code, models => models
            .Add(Mine)
            .AddLoss("squared", data => new PerSampleObjective<int>(new ClassLabels(data.Classes), new SquaredErrorLoss(), new Accuracy()))
            .AddOptimizer(Adam.Definition with { Name = "own-adam" }));

        Assert.Equal(Code, own.Model("mine").Code);
        Assert.Equal(Code, own.Loss("squared").Code);
        Assert.Equal(Code, own.Optimizer("own-adam").Code);
        Assert.Null(own.Model("mlp").Code);
        Assert.Equal([Code], own.Codes);
    }

    [Theory]
    [InlineData("mine", "cross-entropy", "sgd")]
    [InlineData("mlp", "squared", "sgd")]
    [InlineData("mlp", "cross-entropy", "own-adam")]
    public void A_plan_that_uses_one_of_them_names_the_assembly(string model, string loss, string optimizer)
    {
        var own = TrainingCatalogue.Standard.With(Code, models => models
            .Add(Mine)
            .AddLoss("squared", data => new PerSampleObjective<int>(new ClassLabels(data.Classes), new SquaredErrorLoss(), new Accuracy()))
            .AddOptimizer(Adam.Definition with { Name = "own-adam" }));

        var plan = own.Complete(new TrainingPlan { Model = model, Loss = loss, Optimizer = optimizer });

        Assert.Equal(Code, PlanCode.Of(plan));
        Assert.Contains("; models of Own.dll with SHA-256 aaaaaaaaaaaaaaaa...", TrainingSetup.Of(plan, own).Fingerprint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_takes_its_parts_from_one_assembly()
    {
        var both = TrainingCatalogue.Standard.With(Code, models => models.Add(Mine)).With(Other, models => models.AddOptimizer(Adam.Definition with { Name = "own-adam" }));

        var refusal = Assert.Throws<InvalidInputException>(() => both.Complete(new TrainingPlan { Model = "mine", Optimizer = "own-adam" }));

        Assert.Contains("from Own.dll and from Other.dll", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_another_build_is_refused_with_both()
    {
        var before = TrainingCatalogue.Standard.With(Code, models => models.Add(Mine));
        var after = TrainingCatalogue.Standard.With(Code with { Sha256 = Other.Sha256 }, models => models.Add(Mine));

        var refusal = Assert.Throws<InvalidInputException>(() => after.Complete(before.Complete(new TrainingPlan { Model = "mine" })));

        Assert.Contains("Own.dll with SHA-256 aaaaaaaaaaaaaaaa...", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Own.dll with SHA-256 bbbbbbbbbbbbbbbb...", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp", "there is one of that name already")]
    [InlineData("", "give it a name")]
    [InlineData("two words", "give it a name")]
    [InlineData("-x", "give it a name")]
    [InlineData("\u001b[31mred", "give it a name")]
    public void A_name_that_is_taken_or_cannot_be_written_is_refused(string name, string why)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TrainingCatalogue.Standard.With(Code, models => models.Add(Mine with { Name = name })));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("Own.dll ", refusal.Message, StringComparison.Ordinal);
        Assert.True(Printable.Is(refusal.Message));
    }

    [Fact]
    public void A_name_is_added_once()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TrainingCatalogue.Standard.With(Code, models => models.Add(Mine).Add(Mine)));

        Assert.Contains("one of that name already", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_user_throws_is_a_refusal()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TrainingCatalogue.Standard.With(Code, _ => throw new KeyNotFoundException("lost")));

        Assert.Equal("Own.dll could not register its models (KeyNotFoundException: lost): correct its code.", refusal.Message);
    }

    [Fact]
    public void A_setting_with_the_name_of_an_option_is_refused()
    {
        var setting = new Setting<int>("workers", "Not those.", 1, "any", _ => true);
        var own = TrainingCatalogue.Standard.With(Code, models => models.Add(Mine with { Settings = [setting] }));

        var refusal = Assert.Throws<InvalidInputException>(() => OptionClash.Check(MnistCommandLine.Root(own)));

        Assert.Contains("--workers is an option of 'mnist train' already", refusal.Message, StringComparison.Ordinal);
        OptionClash.Check(MnistCommandLine.Root(TrainingCatalogue.Standard));
    }
}
