using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Tests.Training.Catalogue.Extensions;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Options;

/// <summary>
/// A setting of a model or an optimizer is an option without a line in any command.
/// </summary>
public sealed class SettingOptionsTests
{
    private static readonly TrainingCatalogue Catalogue = new()
    {
        Models = [.. TrainingCatalogue.Standard.Models, LinearNetwork.Definition],
        Losses = TrainingCatalogue.Standard.Losses,
        Optimizers = [.. TrainingCatalogue.Standard.Optimizers, Adam.Definition],
    };

    [Fact]
    public void What_is_given_goes_where_it_belongs_and_the_rest_has_defaults()
    {
        var plan = Complete(new TrainingPlan { Model = "linear", Optimizer = "own-adam" }, "--beta2", "0.99", "--gain", "2");

        Assert.Equal("gain 2", plan.ModelSettings.ToString());
        Assert.Equal("beta1 0.9, beta2 0.99", plan.OptimizerSettings.ToString());
    }

    [Fact]
    public void Equal_values_give_equal_plans_however_they_are_written() => Assert.Equal(
        Complete(new TrainingPlan(), "--hidden", "64", "--momentum", "0.5"),
        Complete(new TrainingPlan(), "--momentum", "5e-1", "--hidden", "+064"));

    [Fact]
    public void A_default_that_is_given_is_the_plan_without_it() =>
        Assert.Equal(Complete(new TrainingPlan()), Complete(new TrainingPlan(), "--hidden", "100", "--momentum", "0"));

    [Fact]
    public void Optimizers_may_have_other_defaults_for_a_setting_of_one_name()
    {
        Assert.Equal("0", Complete(new TrainingPlan { Optimizer = "adam" }).OptimizerSettings.Find("weight-decay"));
        Assert.Equal("0.01", Complete(new TrainingPlan { Optimizer = "adamw" }).OptimizerSettings.Find("weight-decay"));
        Assert.Equal("1E-10", Complete(new TrainingPlan { Optimizer = "adagrad" }).OptimizerSettings.Find("epsilon"));
        Assert.Equal("0.5", Complete(new TrainingPlan { Optimizer = "adamw" }, "--weight-decay", "5e-1").OptimizerSettings.Find("weight-decay"));
    }

    [Fact]
    public void A_flag_needs_no_value()
    {
        Assert.Equal("false", Complete(new TrainingPlan(), "--momentum", "0.9").OptimizerSettings.Find("nesterov"));
        Assert.Equal("true", Complete(new TrainingPlan(), "--nesterov", "--momentum", "0.9").OptimizerSettings.Find("nesterov"));
    }

    [Fact]
    public void Settings_of_a_schedule_go_to_the_schedule()
    {
        var plan = Complete(new TrainingPlan { Schedule = "multi-step" }, "--milestones", "3,6", "--momentum", "0.5");

        Assert.Equal("gamma 0.1, milestones 3,6", plan.ScheduleSettings.ToString());
        Assert.Equal("0.5", plan.OptimizerSettings.Find("momentum"));
    }

    [Theory]
    [InlineData("sgd", "constant", "--beta1", "0.5", "The optimizer sgd has no setting --beta1: use --momentum, --nesterov, --dampening, --weight-decay.")]
    [InlineData("adagrad", "constant", "--momentum", "0.5", "The optimizer adagrad has no setting --momentum: use --epsilon, --weight-decay.")]
    [InlineData("sgd", "constant", "--gamma", "0.5", "The schedule constant has no setting --gamma: it has none.")]
    [InlineData("sgd", "cosine", "--power", "2", "The schedule cosine has no setting --power: use --min-lr.")]
    [InlineData("sgd", "multi-step", "--gamma", "0.5", "The schedule multi-step needs the setting --milestones: give it.")]
    public void A_setting_of_another_optimizer_or_schedule_is_refused(string optimizer, string schedule, string option, string value, string sentence)
    {
        var plan = new TrainingPlan { Optimizer = optimizer, Schedule = schedule };

        Assert.Equal(sentence, OptionNames.Render(Assert.Throws<InvalidInputException>(() => Complete(plan, option, value))));
    }

    [Theory]
    [InlineData("mlp", "sgd", "--gain", "2", "The model mlp has no setting --gain: use --hidden.")]
    [InlineData("linear", "sgd", "--dropout", "0.1", "The model linear has no setting --dropout: use --gain.")]
    public void A_setting_of_another_model_is_refused(string model, string optimizer, string option, string value, string sentence)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Complete(new TrainingPlan { Model = model, Optimizer = optimizer }, option, value));

        Assert.Equal(sentence, OptionNames.Render(refusal));
    }

    [Theory]
    [InlineData("--momentum", "1", "--momentum must be from 0 to below 1, but is 1.")]
    [InlineData("--momentum", "0,5", "--momentum must be a number, but is '0,5': write a point before the decimals, and no separators of thousands.")]
    [InlineData("--hidden", "1e3", "--hidden must be a whole number, but is '1e3'.")]
    [InlineData("--gain", "NaN", "--gain must be above 0, but is NaN.")]
    public void A_value_that_cannot_be_is_an_error_of_the_command_line(string option, string value, string sentence)
    {
        var (command, _) = Command();

        Assert.Equal(sentence, Assert.Single(command.Parse([option, value]).Errors).Message);
    }

    private static TrainingPlan Complete(TrainingPlan plan, params string[] given)
    {
        var (command, settings) = Command();
        return settings.Complete(plan, command.Parse(given));
    }

    private static (Command Command, SettingOptions Settings) Command()
    {
        var command = new Command("any");
        var settings = SettingOptions.OfAll(Catalogue);
        settings.AddTo(command);
        return (command, settings);
    }
}
