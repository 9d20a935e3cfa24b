using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Displays;
using Mnist.Distributed.Coordinator.Live;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>Carries out <c>mnist train</c>.</summary>
/// <param name="catalogue">The models, losses and optimizers.</param>
/// <param name="program">The program of silos that the page of the run can start.</param>
internal sealed class TrainSession(TrainingCatalogue catalogue, SiloProgram program)
{
    /// <summary>Trains, and writes the results.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(TrainRequest request)
    {
        PlanValidation.Validate(request.Plan);
        PlanValidation.Validate(request.Options);
        var place = request.Place.Cluster;
        var display = RunDisplay.For(request.Results.Json);
        using var interrupts = new Interrupts();
        var input = await TrainInput.Read(request.Plan, request.Sources, request.Options.Keep, catalogue, display.Note, interrupts.Requested);
        var plan = input.Setup.Plan;
        foreach (var sentence in IneffectiveOptions.Of(request, input.Data))
        {
            display.Note(sentence);
        }

        var run = new RunIdentity(request.Place.RunId ?? NewId.Of(DateTime.UtcNow), plan, place, catalogue) { Command = request.Given.Command, Labels = request.Options.Labels };
        var training = new Training(run, request, input, display, interrupts);
        return place is null ? await InProcess(training)
            : request.Place.Detach ? await Detach(training, place)
            : await OnCluster(training, place);
    }

    private async Task<int> OnCluster(Training training, ClusterPlace place)
    {
        // A cluster that cannot be reached leaves no folder behind.
        await using var cluster = await place.Connect();
        using var made = new NewFolder(training.Path, training.Run.RunId);
        var folder = RunFolder.Create(training.Path, training.Run, training.Results.Force);
        return await Train(training, training.Request.Options, cluster, folder, begun: () =>
        {
            if (training.Request.Options.IsQueued)
            {
                training.Display.Note($"Run {training.Run.RunId} waits in the queue of cluster {place.Cluster}.");
            }
        });
    }

    private async Task<int> InProcess(Training training)
    {
        var (run, request, display, interrupt) = (training.Run, training.Request, training.Display, training.Interrupts.Requested);
        var threads = SharedOptions.ThreadsFor(request.Place.Threads, run.Plan);
        using var made = new NewFolder(training.Path, run.RunId);
        var folder = RunFolder.Create(training.Path, run, training.Results.Force);
        if (request.Place.Detach)
        {
            return await new BackgroundRun(run, request).Start(folder.Path, display, interrupt);
        }

        using var record = RecordFolder.Take(folder.Path);
        SlowWork.Is(null);
        using var turn = request.Options.IsQueued ? await QueueTurn.Wait(folder, run.RunId, display.Note, interrupt) : null;
        if (request.Options.IsQueued && turn is null)
        {
            BackgroundRun.Forget(request, folder.Path);
            return ExitCode.Interrupted;
        }

        SlowWork.Is("starting a silo in this process");
        folder.RecordFiles = RecordFolder.Of(folder.Path, run.RunId);
        await using var cluster = await InProcessCluster.Start(training.Input.Data, threads, catalogue, folder.RecordFiles);
        return await Train(training, request.Options with { IsQueued = false }, cluster, folder, begun: () => turn?.Begin());
    }

    /// <summary>Trains on a cluster, and writes the results.</summary>
    private async Task<int> Train(Training training, RunOptions options, TrainingCluster cluster, RunFolder folder, Action begun)
    {
        var (run, results, input, display) = (training.Run, training.Results, training.Input, training.Display);
        var grain = cluster.Grains.GetGrain<ITrainingRunGrain>(run.RunId);
        await using var page = results.Serve ? await RunPageServer.Start(cluster.Grains, run.Place, program, folder.Path, catalogue) : null;
        if (page is not null)
        {
            display.Note($"page: {page.Address}");
        }

        var root = CoordinatorActivity.Root(run.RunId);
        using var activity = CoordinatorActivity.Start("train", run.RunId, root);
        SlowWork.Is("starting the run");
        await RunStart.Start(grain, run.Plan, options, input.Initial, root?.Id);
        begun();
        var session = new RunSession(grain, run, display, folder, new RunRemarks(input.Setup), results.Report ? new ResultReport((input.Setup, input.Data)) : null);
        var code = await session.FollowAndStop(training.Interrupts);
        if (results.Then is { } then)
        {
            code = await new LaterCommand(then).Run(session, run, folder.Path, code);
        }

        if (page is not null && !training.Interrupts.Requested.IsCancellationRequested)
        {
            display.Note("The page stays until Ctrl-C.");
            await training.Interrupts.Wait();
        }

        return code;
    }

    /// <summary>Starts a run on a cluster, and leaves it to the cluster.</summary>
    private static async Task<int> Detach(Training training, ClusterPlace place)
    {
        var (run, options) = (training.Run, training.Request.Options);
        await using var cluster = await place.Connect();
        var root = CoordinatorActivity.Root(run.RunId);
        using var activity = CoordinatorActivity.Start("train", run.RunId, root);
        SlowWork.Is("starting the run");
        await RunStart.Start(cluster.Grains.GetGrain<ITrainingRunGrain>(run.RunId), run.Plan, options, training.Input.Initial, root?.Id);
        if (training.Results.Json)
        {
            Json.Print(new { Event = "detached", run.RunId, run.Cluster, options.IsQueued });
        }
        else
        {
            Console.WriteLine($"Run {run.RunId} {(options.IsQueued ? "waits in the queue of" : "trains on")} cluster {run.Cluster}.");
            training.Display.Note($"See it with: mnist runs watch {run.RunId} {place.Options}");
        }

        return ExitCode.Done;
    }

    /// <summary>A run that is to be trained, and what shows it.</summary>
    private sealed record Training(RunIdentity Run, TrainRequest Request, TrainInput Input, IRunDisplay Display, Interrupts Interrupts)
    {
        public TrainResults Results => Request.Results;

        /// <summary>The folder of the results.</summary>
        public string Path => Results.Folder ?? System.IO.Path.Combine(LocalRuns.Usual, Run.RunId);
    }
}
