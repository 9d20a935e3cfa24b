using System.CommandLine;
using System.Globalization;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Sweeps;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary><c>mnist sweep list</c>: the sweeps in the folder and of a cluster.</summary>
internal static class SweepListCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var cluster = SharedOptions.ClusterIfAny($"List the sweeps of this cluster too. Default: those in the folder {LocalRuns.Usual}.");
        var access = new AccessOptions();
        var json = SharedOptions.Json();
        var command = new Command("list", "Lists the sweeps, oldest first.") { cluster, json };
        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var place = ClusterPlace.Of(parsed.GetValue(cluster), access.Read(parsed));
            var local = StoredSweep.AllIn(LocalRuns.Usual).Select(sweep => (Sweep: sweep.Current, Place: sweep.Cluster is null ? sweep.Folder : $"cluster {sweep.Cluster}"));
            var remote = place is null ? [] : await OnCluster(place);
            var known = remote.Select(sweep => sweep.SweepId).ToHashSet();
            Print([.. local.Where(sweep => !known.Contains(sweep.Sweep.SweepId)).Concat(remote.Select(sweep => (Sweep: sweep, Place: $"cluster {place!.Cluster}"))).OrderBy(sweep => sweep.Sweep.SweepId, StringComparer.Ordinal)], place, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<SweepResults>> OnCluster(ClusterPlace place)
    {
        await using var connection = await place.Connect();
        SlowWork.Is($"asking cluster {place.Cluster} for its sweeps");
        var ids = await RetryingCall.Ask(connection.Grains.GetGrain<IRunQueueGrain>(IRunQueueGrain.Key).Sweeps);
        var sweeps = await Task.WhenAll(ids.Select(id => RetryingCall.Ask(connection.Grains.GetGrain<ISweepGrain>(id).Describe)));
        return [.. sweeps.Where(sweep => sweep.Plan is not null).Select(sweep => SweepSession.Results(sweep))];
    }

    private static void Print(IReadOnlyList<(SweepResults Sweep, string Place)> sweeps, ClusterPlace? place, bool json)
    {
        if (json)
        {
            foreach (var (sweep, where) in sweeps)
            {
                Json.Print(new
                {
                    sweep.SweepId,
                    sweep.Status,
                    Place = where,
                    Swept = sweep.Swept.Select(option => option.TrimStart('-')),
                    Trials = sweep.Trials.Count,
                    Over = Over(sweep),
                    Value = sweep.ValueName,
                    BestTrial = sweep.Best()?.Number,
                    BestValue = sweep.Best()?.Value(sweep.Keep),
                });
            }
        }
        else if (sweeps.Count == 0)
        {
            Console.WriteLine($"There are no sweeps in the folder {LocalRuns.Usual}{(place is null ? "" : $" and on cluster {place.Cluster}")}: 'mnist sweep --lr 0.003,0.01,0.03' starts one.");
        }
        else
        {
            TextTable.Print(["sweep", "status", " trials", "options", "best", "place"], sweeps.Select(entry => (string[])
            [
                entry.Sweep.SweepId,
                RunText.Name(entry.Sweep.Status),
                string.Create(CultureInfo.InvariantCulture, $"{Over(entry.Sweep)}/{entry.Sweep.Trials.Count}"),
                string.Join(' ', entry.Sweep.Swept),
                Best(entry.Sweep),
                entry.Place,
            ]));
        }
    }

    private static int Over(SweepResults sweep) => sweep.Trials.Count(trial => trial.Status is TrialStatus.Completed or TrialStatus.Dropped or TrialStatus.Failed);

    private static string Best(SweepResults sweep) => sweep.Best() is { } best ? $"{sweep.Metric.Name} {MetricText.Of(sweep.Metric, best.Value(sweep.Keep))}" : "-";
}
