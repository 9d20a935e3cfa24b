using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Xunit;
using static Mnist.Distributed.Tests.Coordinator.Commands.Runs.Runs;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

/// <summary>The selection, the order and the columns of a list of runs.</summary>
public sealed class RunListTests
{
    private const string Id = "20260901-120000-ab12";

    private static readonly KnownRun Tagged = Run("tagged") with { Labels = new RunLabels("best", ["try", "mlp"], null) };
    private static readonly KnownRun Failed = Run("failed", RunStatus.Failed) with { Labels = new RunLabels(null, ["try"], null) };
    private static readonly KnownRun Trial = Run("trial") with { Labels = new RunLabels(null, [], null, "sweep-1") };
    private static readonly KnownRun[] All = [Tagged, Failed, Trial];

    [Fact]
    public void A_run_is_selected_if_it_has_all_tags_and_one_of_the_statuses()
    {
        Assert.Equal(["tagged", "failed"], Selected(new([], [], null, false)));
        Assert.Equal(["tagged", "failed"], Selected(new([], ["try"], null, false)));
        Assert.Equal(["tagged"], Selected(new([], ["try", "mlp"], null, false)));
        Assert.Equal(["failed"], Selected(new([RunStatus.Failed, RunStatus.Stopped], [], null, false)));
    }

    [Fact]
    public void Trials_of_sweeps_are_hidden_unless_they_are_asked_for()
    {
        Assert.Equal(["trial"], Selected(new([], [], "sweep-1", false)));
        Assert.Equal([], Selected(new([], [], "sweep-2", false)));
        Assert.Equal(["tagged", "failed", "trial"], Selected(new([], [], null, true)));
        Assert.Single(All, new RunSelection([], [], null, false).HidesOnly);
        Assert.DoesNotContain(All, new RunSelection([RunStatus.Failed], [], null, false).HidesOnly);
    }

    [Theory]
    [InlineData("started", "low,high,none")]
    [InlineData("metric", "high,low,none")]
    [InlineData("loss", "high,low,none")]
    [InlineData("name", "high,low,none")]
    [InlineData("duration", "low,high,none")]
    public void Runs_are_sorted_with_those_without_a_value_last(string order, string expected)
    {
        KnownRun[] runs =
        [
            Run("low", accuracies: [0.7, 0.5]) with { EndedAt = Now },
            Run("high", accuracies: [0.9]) with { Labels = new RunLabels("a", [], null) },
            Run("none", RunStatus.Queued),
        ];

        Assert.Equal(expected, string.Join(',', RunOrder.By(order, runs, Now).Select(run => run.RunId)));
    }

    [Fact]
    public void At_80_columns_the_id_is_whole_and_the_important_columns_are_there()
    {
        KnownRun[] runs = [Run(Id, accuracies: [0.5, 0.9712]) with { Labels = new RunLabels("a-name", ["try"], null), ClusterName = "local" }];
        var shown = FittedTable.Choose(RunColumns.Of(runs, Now), runs, 80);

        Assert.Equal(Id, shown[0].Cell(runs[0]));
        Assert.Equal(["run", "name", "state", "model", "epochs", "accuracy", "duration", "age"], shown.Select(column => column.Header));
        Assert.True(WidthOf(shown, runs) <= 80);
    }

    [Fact]
    public void A_wide_terminal_shows_all_columns_that_have_a_value()
    {
        KnownRun[] runs = [Run(Id, accuracies: [0.5])];
        var headers = FittedTable.Choose(RunColumns.Of(runs, Now), runs, int.MaxValue).Select(column => column.Header).ToArray();

        Assert.Equal(["run", "state", "model", "loss", "optimizer", "rate", "workers", "seed", "epochs", "accuracy", "test loss", "duration", "age", "data set"], headers);
    }

    [Fact]
    public void A_terminal_that_is_too_narrow_shows_the_whole_id()
    {
        KnownRun[] runs = [Run(Id)];

        Assert.Equal("run", Assert.Single(FittedTable.Choose(RunColumns.Of(runs, Now), runs, 10)).Header);
    }

    [Fact]
    public void The_best_value_is_not_the_last_one()
    {
        var run = Run(Id, accuracies: [0.5, 0.9, 0.8]);
        var json = RunColumns.Json(run, Now);

        Assert.Equal((0.9, 2, 0.8), ((double)json["best_accuracy"]!, (int)json["best_epoch"]!, (double)json["test_accuracy"]!));
        Assert.Equal(3600.0, json["seconds"]);
    }

    private static int WidthOf(IReadOnlyList<TableColumn<KnownRun>> columns, KnownRun[] runs) =>
        columns.Sum(column => runs.Select(run => column.Cell(run).Length).Append(column.Header.Length).Max() + 2) - 2;

    private static IEnumerable<string> Selected(RunSelection selection) => All.Where(selection.Has).Select(run => run.RunId);
}
