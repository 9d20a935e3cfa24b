using CsCheck;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Runs;

/// <summary>The line of an epoch fits a terminal of 40 to 200 columns.</summary>
public sealed class RunTextProperties
{
    private static readonly Gen<double> Fraction = Gen.Double[0, 1];

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
