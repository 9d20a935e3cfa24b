using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Displays;
using Mnist.Distributed.Coordinator.Live;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary><c>mnist train</c>: trains a model in this process or on a running cluster.</summary>
internal static class TrainCommand
{
    private const string Examples = """
        Trains a model, in this process or, with --cluster, on a running cluster: the same plan gives the same bytes.

        Examples:
          mnist train                                   the recipe's MLP on MNIST, 10 epochs
          mnist train --model cnn --epochs 1            the CNN, over 98 % after one epoch
          mnist train --loss mse                        another loss, with a model and a learning rate that fit it
          mnist train --task strings                    another task; 'mnist losses' shows all of them
          mnist train --optimizer adam --schedule cosine --ema 0.999
          mnist train --patience 3 --keep best          until 3 epochs bring no better accuracy; writes the best weights
          mnist train --workers 4 --cluster local       four workers, spread over the silos of cluster 'local'
          mnist train --cluster c --store redis:db:6379 cluster 'c', whose silos share that Redis
          mnist train --json --out runs/first           progress as JSON lines, results in runs/first
          mnist train --serve                           and a page that shows the run, in a browser
        """;

    /// <summary>The command.</summary>
    /// <param name="catalogue">The models, losses and optimizers.</param>
    /// <param name="program">The program of silos that the page of a run can start.</param>
    public static Command Create(TrainingCatalogue catalogue, SiloProgram program)
    {
        var defaults = new TrainingPlan();
        var objective = new ObjectiveOptions(catalogue);
        var models = ModelsFrom.Option();
        var dataset = OptionKind.OptionalText("--dataset", "NAME", $"{SharedOptions.DataSets}. Default: mnist where it can be had, else synthetic.");
        var data = SharedOptions.Data();
        var imageSize = SharedOptions.ImageSize();
        var workers = OptionKind.Number("--workers", defaults.Workers, "Workers, 1 to 1024; each holds one shard.");
        var epochs = OptionKind.Number<int>("--epochs", $"Passes over the training images. Default: {defaults.Epochs}; for a loss with its own model, as 'mnist losses' says.");
        var batch = OptionKind.Number("--batch-size", defaults.BatchSize, "Global batch, split over the workers.");
        var update = UpdateOptions.All(catalogue);
        var seed = OptionKind.Number("--seed", defaults.Seed, "Seed of initial weights, sample order and dropout.");
        var noShuffle = OptionKind.Flag("--no-shuffle", "Visit the samples in file order.");
        var init = OptionKind.OptionalText("--init", "FILE.safetensors", "Start from these weights.");
        var limit = SharedOptions.Limit();
        var stopping = new StoppingOptions();
        var cluster = SharedOptions.ClusterIfAny("Train on this running cluster. Default: in this process.");
        var checkpoint = OptionKind.Number("--checkpoint-every", 0, "Steps between checkpoints within an epoch; 0: at the end of each epoch only.");
        var ledger = OptionKind.Number("--ledger-every", 1, "Steps between hashes of the parameters in the run's ledger, for 'mnist verify'; 0: none.");
        var servers = SharedOptions.Slices();
        var fanOut = SharedOptions.FanOut();
        var mixed = SharedOptions.AcceptMixedNumerics();
        var access = new AccessOptions();
        var output = SharedOptions.Output("Folder for the results. Default: runs/<run id>.");
        var force = SharedOptions.Force("Overwrite the run that --out holds.");
        var noReport = OptionKind.Flag("--no-report", "Leave out the report: report.html, report.json, pictures, and remarks on dead outputs.");
        var serve = OptionKind.Flag("--serve", "Serve a page that shows the run; it stays after the end of the run, until Ctrl-C.");
        var json = SharedOptions.Json();

        var command = new Command("train", Examples)
        {
            models, dataset, data, imageSize, workers, epochs, batch, seed, noShuffle, init, limit, cluster,
            checkpoint, ledger, servers, fanOut, mixed, output, force, noReport, serve, json,
        };
        objective.AddTo(command);
        update.AddTo(command);
        stopping.AddTo(command);
        access.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var start = new TrainingPlan
            {
                DataSet = parsed.GetValue(dataset) ?? defaults.DataSet,
                Workers = parsed.GetValue(workers),
                BatchSize = parsed.GetValue(batch),
                Seed = parsed.GetValue(seed),
                Shuffle = !parsed.GetValue(noShuffle),
                Samples = parsed.GetValue(limit) ?? int.MaxValue,
                ImageSize = parsed.GetValue(imageSize),
            };
            var (plan, use) = objective.Choose(start, parsed);
            plan = plan with { Epochs = parsed.GetValue(epochs) ?? use.Epochs };
            var options = new RunOptions
            {
                CheckpointEvery = parsed.GetValue(checkpoint),
                HashEvery = parsed.GetValue(ledger),
                Slices = parsed.GetValue(servers),
                FanOut = parsed.GetValue(fanOut),
                AcceptMixedNumerics = parsed.GetValue(mixed),
            };
            return await Run(catalogue, program, new TrainRequest(
                stopping.Complete(update.Complete(plan, use, parsed), parsed),
                stopping.Complete(options, parsed),
                new TrainSources(parsed.GetValue(dataset) is not null, parsed.GetValue(data), parsed.GetValue(init), parsed.GetValue(models)),
                new TrainPlace(parsed.GetValue(cluster), access.Read(parsed)),
                new TrainResults(parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(json), !parsed.GetValue(noReport), parsed.GetValue(serve)),
                new GivenOptions(IneffectiveOptions.Given(parsed), string.Join(' ', Replay.Options(parsed, init, epochs, output, force, noReport, serve, json).Prepend("mnist train")))));
        });
        return command;
    }

    private static async Task<int> Run(TrainingCatalogue catalogue, SiloProgram program, TrainRequest request)
    {
        var (plan, sources, results) = (request.Plan, request.Sources, request.Results);
        PlanValidation.Validate(plan);
        PlanValidation.Validate(request.Options);
        if (request.Place is { Cluster: null } && request.Place.Access != new ClusterAccess())
        {
            throw new InvalidInputException("--store, --identity and --insecure tell how to reach a cluster: name the cluster too, with --cluster NAME.");
        }

        var display = RunDisplay.For(results.Json);

        using var interrupts = new Interrupts();
        SlowWork.Is("reading weights and data");
        var source = await DataSource.Find(plan.DataSet, sources.DataFolder, plan.ImageSize, sources.DataSetGiven, display.Note, interrupts.Requested);
        foreach (var sentence in IneffectiveOptions.Of(request.Given.Names, plan, source, inProcess: request.Place.Cluster is null).Append(ModelsFrom.Remark(sources.Models, plan)).OfType<string>())
        {
            display.Note(sentence);
        }

        plan = DataSource.Use(plan, source, sources.DataFolder) with
        {
            InitialWeights = sources.InitialWeights is null ? null : FileDigest.Sha256(sources.InitialWeights),
        };

        var setup = TrainingSetup.Of(plan, catalogue);
        plan = setup.Plan;
        if (setup.Objective.ComparesSamples)
        {
            display.Note($"The loss {plan.Loss} looks for its triplets in a worker's part of a batch: the result depends on --workers {plan.Workers}.");
        }

        TrainingSetup.RequireStorable(plan, setup.Size, request.Options.Keep);
        var initial = sources.InitialWeights is null ? null : ModelWeights.Read(sources.InitialWeights, setup);
        SlowWork.Is("starting a silo in this process");
        var place = request.Place.Cluster is null ? null : new ClusterPlace(request.Place.Cluster, request.Place.Access);
        await using var cluster = place is null
            ? await InProcessCluster.Start(source, Math.Min(plan.Workers, Environment.ProcessorCount), catalogue)
            : await place.Connect();
        var run = new RunIdentity(NewRunId(), plan, place, catalogue)
        {
            Command = $"{request.Given.Again} --epochs {plan.Epochs}{(sources.InitialWeights is { } weights ? $" --init {ShellWord.Quoted(weights)}" : "")}",
        };
        var folder = RunFolder.Create(results.Folder ?? Path.Combine("runs", run.RunId), run, results.Force);
        var grain = cluster.Grains.GetGrain<ITrainingRunGrain>(run.RunId);
        await using var page = results.Serve ? await RunPageServer.Start(cluster.Grains, place, program, folder.Path, catalogue) : null;
        if (page is not null)
        {
            display.Note($"page: {page.Address}");
        }

        var root = CoordinatorActivity.Root(run.RunId);
        using var activity = CoordinatorActivity.Start("train", run.RunId, root);
        SlowWork.Is("starting the run");
        await RunStart.Start(grain, plan, request.Options, initial, root?.Id);
        var session = new RunSession(grain, run, display, folder, new RunRemarks(setup, request.Given.Again), results.Report ? new ResultReport((setup, source)) : null);
        var code = await session.FollowAndStop(interrupts);
        if (page is not null && !interrupts.Requested.IsCancellationRequested)
        {
            display.Note("The page stays until Ctrl-C.");
            await interrupts.Wait();
        }

        return code;
    }

    private static string NewRunId() => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
}
