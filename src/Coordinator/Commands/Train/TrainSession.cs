using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
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
        var (place, results) = (request.Place.Cluster, request.Results);
        var display = RunDisplay.For(results.Json);
        using var interrupts = new Interrupts();
        var input = await TrainInput.Read(request.Plan, request.Sources, request.Options.Keep, catalogue, display.Note, interrupts.Requested);
        var plan = input.Setup.Plan;
        foreach (var sentence in IneffectiveOptions.Of(request, input.Data))
        {
            display.Note(sentence);
        }

        var threads = place is null ? SharedOptions.ThreadsFor(request.Place.Threads, plan) : 0;
        var run = new RunIdentity(request.Place.RunId ?? NewId.Of(DateTime.UtcNow), plan, place, catalogue) { Command = request.Given.Command, Labels = request.Options.Labels };
        if (request.Place.Detach && place is not null)
        {
            return await Detach(run, request, input.Initial, display);
        }

        // A cluster that cannot be reached leaves no folder behind.
        await using var elsewhere = place is null ? null : await place.Connect();
        var path = results.Folder ?? Path.Combine(LocalRuns.Usual, run.RunId);
        using var made = new NewFolder(path, run.RunId);
        var folder = RunFolder.Create(path, run, results.Force);
        if (request.Place.Detach)
        {
            return await new BackgroundRun(run, request).Start(folder.Path, display, interrupts.Requested);
        }

        using var record = place is null ? RecordFolder.Take(folder.Path) : null;
        folder.RecordFiles = place is null ? RecordFolder.Of(folder.Path, run.RunId) : null;
        SlowWork.Is(null);
        using var turn = place is null && request.Options.IsQueued ? await QueueTurn.Wait(folder, run.RunId, display.Note, interrupts.Requested) : null;
        if (place is null && request.Options.IsQueued && turn is null)
        {
            if (request.Place.RunId is not null)
            {
                File.Delete(Path.Combine(path, RunFileNames.OutputName));
            }

            return ExitCode.Interrupted;
        }

        SlowWork.Is("starting a silo in this process");
        await using var here = folder.RecordFiles is { } files
            ? await InProcessCluster.Start(input.Data, threads, catalogue, files)
            : null;
        var cluster = (elsewhere ?? here)!;
        var grain = cluster.Grains.GetGrain<ITrainingRunGrain>(run.RunId);
        await using var page = results.Serve ? await RunPageServer.Start(cluster.Grains, place, program, folder.Path, catalogue) : null;
        if (page is not null)
        {
            display.Note($"page: {page.Address}");
        }

        var root = CoordinatorActivity.Root(run.RunId);
        using var activity = CoordinatorActivity.Start("train", run.RunId, root);
        SlowWork.Is("starting the run");
        await RunStart.Start(grain, plan, request.Options with { IsQueued = request.Options.IsQueued && place is not null }, input.Initial, root?.Id);
        turn?.Begin();
        if (request.Options.IsQueued && place is not null)
        {
            display.Note($"Run {run.RunId} waits in the queue of cluster {place.Cluster}.");
        }

        var session = new RunSession(grain, run, display, folder, new RunRemarks(input.Setup), results.Report ? new ResultReport((input.Setup, input.Data)) : null);
        var code = await session.FollowAndStop(interrupts);
        if (results.Then is { } then)
        {
            code = await new LaterCommand(then).Run(session, run, folder.Path, code);
        }

        if (page is not null && !interrupts.Requested.IsCancellationRequested)
        {
            display.Note("The page stays until Ctrl-C.");
            await interrupts.Wait();
        }

        return code;
    }

    /// <summary>Starts a run on a cluster, and leaves it to the cluster.</summary>
    private static async Task<int> Detach(RunIdentity run, TrainRequest request, TrainingState? initial, IRunDisplay display)
    {
        await using var cluster = await run.Place!.Connect();
        var root = CoordinatorActivity.Root(run.RunId);
        using var activity = CoordinatorActivity.Start("train", run.RunId, root);
        SlowWork.Is("starting the run");
        await RunStart.Start(cluster.Grains.GetGrain<ITrainingRunGrain>(run.RunId), run.Plan, request.Options, initial, root?.Id);
        if (request.Results.Json)
        {
            Json.Print(new { Event = "detached", run.RunId, run.Cluster, request.Options.IsQueued });
        }
        else
        {
            Console.WriteLine($"Run {run.RunId} {(request.Options.IsQueued ? "waits in the queue of" : "trains on")} cluster {run.Cluster}.");
            display.Note($"See it with: mnist runs watch {run.RunId} {run.Place.Options}");
        }

        return ExitCode.Done;
    }
}
