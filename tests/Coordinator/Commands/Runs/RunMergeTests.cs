using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Runs;
using Xunit;
using static Mnist.Distributed.Tests.Coordinator.Commands.Runs.Runs;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

public sealed class RunMergeTests
{
    private static readonly RunCluster Cluster = new("c", null);

    [Fact]
    public void A_run_in_both_places_is_one_run_with_the_status_of_the_cluster()
    {
        var merged = Assert.Single(Merge([InFolder("a", RunStatus.Running, 0.5)], [OnCluster("a", RunStatus.Completed, 0.5, 0.6)]));

        Assert.Equal(RunStatus.Completed, merged.Status);
        Assert.Equal(2, merged.Epochs.Count);
        Assert.Equal("runs/a", merged.Folder);
        Assert.Equal(Cluster, merged.Cluster);
    }

    [Fact]
    public void A_run_that_went_on_in_a_process_of_its_own_is_as_its_folder_says()
    {
        var merged = Assert.Single(Merge([InFolder("a", RunStatus.Completed, 0.5, 0.6) with { ClusterName = null }], [OnCluster("a", RunStatus.Stopped, 0.5)]));

        Assert.Equal(RunStatus.Completed, merged.Status);
        Assert.Equal(2, merged.Epochs.Count);
        Assert.Null(merged.ClusterName);
    }

    [Fact]
    public void A_run_that_moved_to_a_cluster_is_as_the_cluster_says()
    {
        var merged = Assert.Single(Merge([InFolder("a", RunStatus.Stopped, 0.5) with { ClusterName = null }], [OnCluster("a", RunStatus.Running, 0.5)]));

        Assert.Equal(RunStatus.Running, merged.Status);
        Assert.Equal("c", merged.ClusterName);
    }

    [Fact]
    public void A_run_whose_cluster_has_ended_was_interrupted()
    {
        Assert.Equal(RunStatus.Interrupted, Assert.Single(Merge([InFolder("a", RunStatus.Running)], [], isDown: true)).Status);
        Assert.Equal(RunStatus.Running, Assert.Single(Merge([InFolder("a", RunStatus.Running)], [])).Status);
        Assert.Equal(RunStatus.Completed, Assert.Single(Merge([InFolder("a", RunStatus.Completed)], [], isDown: true)).Status);
    }

    [Fact]
    public void Of_copies_of_a_folder_the_one_with_the_id_as_name_counts()
    {
        KnownRun[] copies = [Run("a") with { Folder = "runs/copy" }, Run("a") with { Folder = "runs/a" }];

        Assert.Equal("runs/a", Assert.Single(Merge(copies, [])).Folder);
    }

    [Fact]
    public void Runs_are_in_the_order_of_their_starts() =>
        Assert.Equal(["c", "a", "b"], Merge([Run("a", days: 3), Run("b", days: 1)], [Run("c", days: 5) with { Cluster = Cluster }]).Select(run => run.RunId));

    private static IReadOnlyList<KnownRun> Merge(IEnumerable<KnownRun> folders, IEnumerable<KnownRun> clusters, bool isDown = false) => RunMerge.Of(folders, clusters, _ => isDown);

    private static KnownRun InFolder(string id, RunStatus status, params double[] accuracies) => Run(id, status, 1, accuracies) with { Folder = $"runs/{id}", ClusterName = "c" };

    private static KnownRun OnCluster(string id, RunStatus status, params double[] accuracies) => Run(id, status, 1, accuracies) with { Cluster = Cluster, ClusterName = "c" };
}
