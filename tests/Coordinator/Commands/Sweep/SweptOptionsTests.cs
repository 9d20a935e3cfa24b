using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Sweep;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Coordinator.Sweeps.Values;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Sweep;

/// <summary>A trial has the plan of the command line that its user would write for it alone.</summary>
public sealed class SweptOptionsTests
{
    private readonly SweptOptions _options = new(TrainingCatalogue.Standard);

    [Theory]
    [InlineData("--lr 0.01,0.02 --hidden 50..70:10", "--lr [0.01 0.02], --hidden [50 60 70]")]
    [InlineData("--lr 0.01 --seed 0..1", "--seed [0 1]")]
    [InlineData("--schedule multi-step --milestones 3,6", "")]
    [InlineData("--milestones 3,6;4;5,6", "--milestones [3,6 4 5,6]")]
    [InlineData("--image-size 14,28x28", "--image-size [14 28x28]")]
    [InlineData("--model mlp,cnn --dataset mnist,fashion-mnist", "--model [mlp cnn], --dataset [mnist fashion-mnist]")]
    [InlineData("--nesterov --no-shuffle true,false", "--no-shuffle [true false]")]
    [InlineData("--squared", "")]
    [InlineData("--notes a,b --name x --tag y --tag z --teacher a,b --init c,d --data e,f --keep best", "")]
    public void Options_with_several_values_are_swept(string line, string swept) => Assert.Equal(
        swept, string.Join(", ", _options.Swept(Parse(line), mayDraw: false).Select(option => $"{option.Name} [{string.Join(' ', ((ValueSource.Listed)option.Values).Values)}]")));

    [Fact]
    public void Seeds_are_repetitions_and_never_drawn()
    {
        var swept = _options.Swept(Parse("--seed 0..4 --hidden 10..90"), mayDraw: true);
        Assert.Equal(5, Assert.IsType<ValueSource.Listed>(swept[0].Values).Values.Count);
        Assert.IsType<ValueSource.Drawn>(swept[1].Values);
    }

    [Theory]
    [InlineData("--lr 0.01,0.02 --momentum 0.5 --seed 3", "--lr", "0.02", "--lr 0.02 --momentum 0.5 --seed 3")]
    [InlineData("--loss mse --batch-size 10,20", "--batch-size", "20", "--loss mse --batch-size 20")]
    [InlineData("--no-shuffle true,false --momentum 0.9 --nesterov", "--no-shuffle", "true", "--no-shuffle --momentum 0.9 --nesterov")]
    [InlineData("--no-shuffle true,false --momentum 0.9 --nesterov", "--no-shuffle", "false", "--momentum 0.9 --nesterov")]
    [InlineData("--schedule multi-step --epochs 9 --milestones 3,6;4,8", "--milestones", "4,8", "--schedule multi-step --epochs 9 --milestones 4,8")]
    [InlineData("--optimizer sgd,adam --target 0.9 --ema 0.99", "--optimizer", "adam", "--optimizer adam --target 0.9 --ema 0.99")]
    public void A_trial_has_the_plan_and_the_command_of_train_alone(string line, string option, string value, string alone)
    {
        var trial = _options.Trial(Parse(line), new Dictionary<string, string> { [option] = value });
        var train = new TrainOptions(TrainingCatalogue.Standard);
        var command = new Command("train");
        train.AddTo(command);
        var parsed = command.Parse(alone.Split(' '));

        Assert.Equal(train.Plan(parsed), _options.Train.Plan(trial));
        Assert.Equal(train.Options(parsed) with { Labels = new(null, [], null) }, _options.Train.Options(trial) with { Labels = new(null, [], null) });
        Assert.Equal(train.Command(parsed, train.Plan(parsed)), _options.Train.Command(trial, _options.Train.Plan(trial)));
    }

    [Theory]
    [InlineData("--lr 0.1,x", "--lr", "x", "--lr must be a number, but is 'x'.")]
    [InlineData("--hidden 10,1.5", "--hidden", "1.5", "--hidden must be a whole number, but is '1.5'.")]
    [InlineData("--nesterov yes,no", "--nesterov", "yes", "--nesterov is on or off: give it alone, or with the values true,false to sweep it.")]
    public void What_train_refuses_is_refused(string line, string option, string value, string sentence) => Assert.Equal(
        sentence, Assert.Throws<InvalidInputException>(() => _options.Trial(Parse(line), new Dictionary<string, string> { [option] = value })).Message);

    private ParseResult Parse(string line)
    {
        var command = new Command("sweep");
        _options.AddTo(command);
        var parsed = command.Parse(line.Split(' '));
        Assert.Empty(parsed.Errors);
        return parsed;
    }
}
