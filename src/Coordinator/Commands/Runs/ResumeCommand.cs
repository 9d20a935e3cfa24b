using System.CommandLine;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Displays;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Training.Catalogue;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// <c>mnist runs resume</c>: goes on with a run where it was, on a cluster, or in this process.
/// </summary>
internal static class ResumeCommand
{
    private const string Examples = """
        Goes on with a run from its newest checkpoint, to the same bytes: where it was, on another cluster, or in this
        process.

        Examples:
          mnist runs resume runs/first                  a run that was trained in a process of its own
          mnist runs resume latest --cluster local      the newest run, on cluster 'local' from now on
          mnist runs resume 20260901-120000-ab12 --in-process
        """;

    /// <summary>The command.</summary>
    public static Command Create(TrainingCatalogue catalogue)
    {
        var here = OptionKind.Flag("--in-process", "Go on in this process, with a run of a cluster too.");
        var threads = SharedOptions.Threads();
        var mixed = SharedOptions.AcceptMixedNumerics();
        var output = SharedOptions.Output("Write the results to this folder. Default: that of the run, or runs/<run id>.");
        var force = SharedOptions.Force("Overwrite the run that --out holds, unless it is this one.");
        OptionGroup.Place.Holds(here);
        var command = new RunCommand("resume", Examples, catalogue) { here, threads, mixed, output, force };
        command.Add(command.Models);
        command.SetAction(async (parsed, _) =>
        {
            var asked = command.Place(parsed);
            var found = await command.Find(parsed);
            await using var run = await OpenRun.Open(found, catalogue);
            command.CheckModels(run, parsed);
            RequireOver(run);
            var target = parsed.GetValue(here) ? null : asked ?? found.Home;
            var request = new ResumeRequest(target, parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(mixed), parsed.GetValue(threads), parsed.GetValue(command.Json));
            return target is null ? await InProcess(run, request)
                : target.Cluster == found.Home?.Cluster ? await Go(run, run.Grain, request)
                : await OnCluster(run, target, request);
        });
        return command;
    }

    private static void RequireOver(OpenRun run) => Require(
        run.Description.Status != RunStatus.Running,
        run.Found.Home is null
            ? $"The run in {run.Found.Folder} trains in process {StoredRun.In(run.Found.Folder!)?.Process?.Pid}: wait for its end, or stop it with 'mnist runs stop {run.Found.Words}'."
            : $"Run {run.Description.RunId} is running: watch it with 'mnist runs watch {run.Found.Words}'.");

    /// <summary>Goes on in this process, with the record in the folder of the run.</summary>
    private static async Task<int> InProcess(OpenRun run, ResumeRequest request)
    {
        var plan = run.Description.Plan!;
        using var interrupts = new Interrupts();
        SlowWork.Is("reading data");
        var data = await DataSource.Find(plan.DataSet, plan.DataFolder, plan.ImageSize, given: true, Console.Error.WriteLine, interrupts.Requested);
        Require(data.Digest == plan.DataDigest, $"The {data.Name} data here ({data.Origin}) are not what run {run.Description.RunId} was trained on: give the same files with MNIST_DATA.");
        var folder = FolderOf(run, request);
        using var taken = RecordFolder.Take(folder);
        var files = RecordFolder.Of(folder, run.Description.RunId);
        await using var cluster = await InProcessCluster.Start(data, SharedOptions.ThreadsFor(request.Threads, plan), run.Catalogue, files);
        var grain = cluster.Grains.GetGrain<ITrainingRunGrain>(run.Description.RunId);
        if (run.Found.Home is not null || folder != run.Found.Folder)
        {
            SlowWork.Is("copying the run");
            await grain.Adopt(await RetryingCall.Ask(run.Grain.GetCopy, silence: RetryingCall.BulkPatience));
        }

        return await Go(run, grain, request, interrupts, files);
    }

    /// <summary>Goes on with a run on a cluster that has not had it so far.</summary>
    private static async Task<int> OnCluster(OpenRun run, ClusterPlace target, ResumeRequest request)
    {
        using var taken = run.Found.Home is null ? RecordFolder.Take(run.Found.Folder!) : null;
        var copy = await RetryingCall.Ask(run.Grain.GetCopy, silence: RetryingCall.BulkPatience);
        await using var cluster = await target.Connect();
        var grain = cluster.Grains.GetGrain<ITrainingRunGrain>(run.Description.RunId);
        SlowWork.Is($"copying the run to cluster {target.Cluster}");
        await RetryingCall.Do(() => grain.Adopt(copy));
        return await Go(run, grain, request);
    }

    private static async Task<int> Go(OpenRun run, ITrainingRunGrain grain, ResumeRequest request, Interrupts? interrupts = null, StateFiles? record = null)
    {
        using var own = interrupts is null ? new Interrupts() : null;
        interrupts ??= own!;
        var id = run.Description.RunId;
        var identity = run.IdentityAt(request.Target);
        var path = FolderOf(run, request);
        var folder = RunFolder.Create(path, identity, request.Force || RunFolder.Holds(path, id));
        folder.RecordFiles = record;
        using var activity = CoordinatorActivity.Start("resume", id, root: null);
        SlowWork.Is("resuming the run");
        await RunStart.Resume(grain, request.AcceptMixedNumerics, activity?.Id);
        var display = RunDisplay.For(request.Json);
        var reports = RunData.ReportOn(run, display.Note, interrupts.Requested);
        return await new RunSession(grain, identity, display, folder, reports: reports).FollowAndStop(interrupts);
    }

    private static string FolderOf(OpenRun run, ResumeRequest request) => request.Output ?? run.Found.Folder ?? Path.Combine(LocalRuns.Usual, run.Description.RunId);

    /// <summary>The command line, as values.</summary>
    private sealed record ResumeRequest(ClusterPlace? Target, string? Output, bool Force, bool AcceptMixedNumerics, int? Threads, bool Json);
}
