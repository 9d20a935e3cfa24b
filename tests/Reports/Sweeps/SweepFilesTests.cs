using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Reports.Sweeps;
using Mnist.Distributed.Tests.Training.Files;
using Xunit;
using static Mnist.Distributed.Tests.Reports.Sweeps.SomeSweep;

namespace Mnist.Distributed.Tests.Reports.Sweeps;

/// <summary>The table, the page and the pictures of a sweep.</summary>
public sealed class SweepFilesTests
{
    private static readonly SweepResults Sweep = Of(
        Trial("--lr 0.01 --milestones 2,4", TrialStatus.Completed, 0.25, 0.5),
        Trial("--lr 0.1 --milestones 2,4", TrialStatus.Dropped, 0.125),
        Trial("--lr 1 --milestones 3", TrialStatus.Failed));

    [Fact]
    public void The_table_has_a_row_for_each_trial_and_quotes_commas() => Assert.Equal(
        $"""
        trial,run_id,lr,milestones,status,epochs,last_test_accuracy,best_test_accuracy,best_epoch,train_loss,test_loss,seconds,weights_sha256
        1,s-001,0.01,"2,4",completed,2,0.5,0.5,2,1.5,1.25,1,{new string('a', 64)}
        2,s-002,0.1,"2,4",dropped,1,0.125,0.125,1,2.5,2.25,0.5,
        3,s-003,1,3,failed,0,,,,,,0,

        """.ReplaceLineEndings("\n"),
        SweepCsv.Of(Sweep));

    [Fact]
    public void The_page_is_one_file_with_the_table_the_plots_and_the_best_command()
    {
        using var folder = new TemporaryFolder();
        SweepPage.Write(folder.Path, Sweep);
        var page = File.ReadAllText(folder[SweepPage.Name]);
        Assert.Contains("<pre>mnist train --lr 0.01 --milestones 2,4</pre>", page, StringComparison.Ordinal);
        Assert.Contains("failed: the loss is no number", page, StringComparison.Ordinal);
        Assert.Contains("dropped after epoch 1", page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split("data:image/svg+xml").Length - 1);
        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(
            SweepPage.PictureNames(Sweep).Append(SweepPage.Name).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_sweep_without_results_has_a_page_too() =>
        Assert.Contains("waiting", SweepPage.Of(Of(Trial("--lr 1", TrialStatus.Waiting), Trial("--lr 2", TrialStatus.Waiting))), StringComparison.Ordinal);

    [Theory]
    [InlineData("0.003,0.01,0.03", true)]
    [InlineData("0.001,0.01", true)]
    [InlineData("1,2", false)]
    [InlineData("50,100,150,200", false)]
    [InlineData("1,2,4,8,16", true)]
    [InlineData("0,0.5,0.9", false)]
    [InlineData("sgd,adam", false)]
    public void The_axis_is_logarithmic_where_the_ratios_are_more_even_than_the_steps(string values, bool isLogarithmic) =>
        Assert.Equal(isLogarithmic, SweptAxis.Of(values.Split(',')).IsLogarithmic);

    [Fact]
    public void Names_are_one_beside_the_other_and_numbers_where_they_belong()
    {
        var names = SweptAxis.Of(["sgd", "adam", "sgd"]);
        Assert.Equal((0, 1), (names.Place("sgd"), names.Place("adam")));
        Assert.Equal(-2, SweptAxis.Of(["0.01", "0.1", "1"]).Place("0.01"), 1e-12);
        Assert.Equal(150, SweptAxis.Of(["50", "100", "150"]).Place("150"));
    }
}
