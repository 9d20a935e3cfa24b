using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Displays;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Displays;

/// <summary>The progress in one line.</summary>
public sealed class ProgressTextProperties
{
    private static readonly TrainingPlan Plan = new() { Epochs = 20, Samples = 60_000 };

    [Fact]
    public void The_line_fits_and_shows_at_least_how_much_is_done() =>
        (from epoch in Gen.Int[1, 20]
         from loss in Gen.Double[0, 1e6]
         from accuracy in Gen.Double[0, 1]
         from speed in Gen.Double[0, 1e7]
         from columns in Gen.Int[6, 250]
         select (Event: new RunEvent.Progressed(epoch, 1, loss, accuracy, speed, Metric.Accuracy), columns)).Sample(given =>
            ProgressText.Of(given.Event, Plan, given.columns) is var line && line.Length < given.columns && line.Contains('%', StringComparison.Ordinal));

    [Theory]
    [InlineData(4, " 47")]
    [InlineData(40, " 47 %  epoch 10/20  1:03 left")]
    [InlineData(60, "[####------]   47 %  epoch 10/20  loss 0.2500  1:03 left")]
    [InlineData(80, "[####------]   47 %  epoch 10/20  loss 0.2500  accuracy 93.4 %  1:03 left")]
    [InlineData(100, "[####------]   47 %  epoch 10/20  loss 0.2500  accuracy 93.4 %  10,000 images/s  1:03 left")]
    [InlineData(200, "[##############----------------]   47 %  epoch 10/20  loss 0.2500  accuracy 93.4 %  10,000 images/s  1:03 left")]
    public void A_wider_terminal_shows_more(int columns, string line) =>
        Assert.Equal(line, ProgressText.Of(new RunEvent.Progressed(10, 1_000, 0.25, 0.934, 10_000, Metric.Accuracy), Plan, columns));

    [Theory]
    [InlineData(0, "")]
    [InlineData(double.NaN, "")]
    [InlineData(1e-3, "")]
    [InlineData(60, "  5:16:40 left")]
    [InlineData(1e9, "  0:00 left")]
    public void The_time_that_is_left_is_shown_if_it_is_known(double speed, string left) => Assert.EndsWith(
        $" images/s{left}", ProgressText.Of(new RunEvent.Progressed(2, 0, 0.25, 0.934, speed, Metric.Accuracy), Plan, 200), StringComparison.Ordinal);
}
