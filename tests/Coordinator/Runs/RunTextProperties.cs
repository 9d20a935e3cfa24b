using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Runs;

/// <summary>The text beside a progress bar fits a terminal of 40 to 200 columns.</summary>
public sealed class RunTextProperties
{
    private static readonly Gen<double> Fraction = Gen.Double[0, 1];

    [Fact]
    public void Progress_fits_and_says_at_least_the_epoch() =>
        (from epoch in Gen.Int[1, 1000]
         from loss in Gen.Double[0, 1e6]
         from accuracy in Fraction
         from speed in Gen.Double[0, 1e7]
         from columns in Gen.Int[15, 170]
         select (Event: new RunEvent.Progressed(epoch, 1, loss, accuracy, speed, Metric.Accuracy), columns)).Sample(given =>
            RunText.Progress(given.Event, 1000, given.columns) is var text && text.StartsWith($"epoch {given.Event.Epoch}/1000", StringComparison.Ordinal)
            && text.Length <= Math.Max(given.columns, "epoch 1000/1000".Length));

    [Fact]
    public void An_epoch_fits_a_line() =>
        (from epoch in Gen.Int[1, 99]
         from train in Gen.Double[0, 100]
         from accuracy in Fraction
         from seconds in Gen.Double[0, 9999]
         from columns in Gen.Int[40, 200]
         select (Metrics: new EpochMetrics(epoch, 2000, train, accuracy, train, accuracy, seconds, 99_999, Metric.Accuracy), columns)).Sample(given =>
            RunText.Epoch(given.Metrics, 99, given.columns).Length < given.columns);

    [Fact]
    public void Controls_of_a_peer_do_not_reach_the_terminal() =>
        Gen.String.Sample(text => RunText.Ending(RunStatus.Failed, $"\u001b[2J{text}\n").All(letter => !char.IsControl(letter)));

    [Theory]
    [InlineData(RunStatus.Stopped, "stopped after step 3 of 9", "stopped after step 3 of 9")]
    [InlineData(RunStatus.Failed, "the cluster failed", "failed: the cluster failed")]
    [InlineData(RunStatus.Completed, null, "completed")]
    public void An_ending_says_nothing_twice(RunStatus status, string? message, string text) => Assert.Equal(text, RunText.Ending(status, message));
}
