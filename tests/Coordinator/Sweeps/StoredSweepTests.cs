using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Hosting.Processes;
using Mnist.Distributed.Reports.Sweeps;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;
using static Mnist.Distributed.Tests.Reports.Sweeps.SomeSweep;

namespace Mnist.Distributed.Tests.Coordinator.Sweeps;

/// <summary><c>sweep.json</c> is read as it was written.</summary>
public sealed class StoredSweepTests : IDisposable
{
    private static readonly SweepResults Sweep = Of(
        Trial("--lr 0.01 --weight-decay 0", TrialStatus.Completed, 0.25, double.NaN),
        Trial("--lr 0.1 --weight-decay 0", TrialStatus.AtRung, 0.125),
        Trial("--lr 1 --weight-decay 0", TrialStatus.Failed)) with
    { Keep = KeptEpoch.Best, Halving = 3, Message = "why" };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void All_that_was_known_is_read_again()
    {
        SweepDataSet[] data = [new("mnist", "/data", new(14, 28), "d1"), new("synthetic", null, null, "d2")];
        Write(SweepDocument.Of(Sweep, "c", data));
        var stored = StoredSweep.In(_folder.Path)!;

        Assert.Equal(Comparable(Sweep), Comparable(stored.Results));
        Assert.Equal(("c", null), (stored.Cluster, stored.Process));
        Assert.Equal(data, stored.Data);
        Assert.Equal(SweepCsv.Of(Sweep), SweepCsv.Of(stored.Results));
    }

    [Fact]
    public void A_sweep_whose_process_has_ended_was_interrupted()
    {
        Write(SweepDocument.Of(Sweep with { Status = RunStatus.Running }, null, []));
        var running = StoredSweep.In(_folder.Path)!;
        Assert.Equal((true, RunStatus.Running), (running.IsTraining, running.Current.Status));

        var gone = running with { Process = ProcessIdentity.Own with { Start = 1 } };
        Assert.Equal((false, RunStatus.Interrupted), (gone.IsTraining, gone.Current.Status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"sweep_id\":\"s\"}")]
    public void Another_file_is_no_sweep(string content)
    {
        Write(content);
        Assert.Null(StoredSweep.In(_folder.Path));
    }

    /// <summary>The ids name folders, which may be deleted.</summary>
    [Fact]
    public void A_trial_is_never_in_another_folder()
    {
        Write(SweepDocument.Of(Sweep, null, []).Replace("\"s-001\"", "\"../s-001\"", StringComparison.Ordinal));
        Assert.Null(StoredSweep.In(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string content) => File.WriteAllText(_folder[StoredSweep.Name], content);

    private static string Comparable(SweepResults sweep) => string.Join('\n', [
        $"{sweep.SweepId} {sweep.Status} {sweep.Message} {sweep.Command} {sweep.Metric} {sweep.Keep} {sweep.Halving} {sweep.StartedAt:O} {sweep.EndedAt:O}",
        .. sweep.Trials.SelectMany(trial => (string[])[$"{trial with { Epochs = [], Values = [] }}", .. trial.Values.Select(value => $"{value}"), .. trial.Epochs.Select(epoch => $"{epoch}")]),
    ]);
}
