using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>Options and arguments that several commands share.</summary>
internal static class SharedOptions
{
    /// <summary>The names that <c>--dataset</c> takes, for help.</summary>
    public static string DataSets { get; } =
        $"{string.Join(", ", DataSetCatalogue.Published.Names.SkipLast(1))} or {DataSetCatalogue.Published.Names[^1]}";

    /// <summary>The most compute threads of a process.</summary>
    public const int MostThreads = 1024;

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => OptionKind.Flag("--json", "Write JSON lines to standard output and nothing else there.").In(OptionGroup.Output);

    /// <summary><c>--port</c> of a page.</summary>
    public static Option<int?> Port() => OptionKind.Number<int>("--port", "Port of the page. Default: a free one.").In(OptionGroup.Output);

    /// <summary>Checks a value of <see cref="Port"/>.</summary>
    /// <exception cref="InvalidInputException">It is no port.</exception>
    public static void RequirePort(int? port) => InvalidInputException.Require(
        port is null or (> 0 and <= ushort.MaxValue), $"--port {port} is no port: choose one from 1 to {ushort.MaxValue}.");

    /// <summary><c>--slices</c>, formerly <c>--parameter-servers</c>.</summary>
    public static Option<int> Slices() =>
        OptionKind.Number("--slices", new RunOptions().Slices, "Slices of the vector, each summed along a tree of silos of its own; 'mnist plan' tells when slices pay.", "--parameter-servers").In(OptionGroup.Place);

    /// <summary><c>--fan-out</c>.</summary>
    public static Option<int> FanOut() => OptionKind.Number("--fan-out", new RunOptions().FanOut, "Parts that a silo passes a slice on to; a power of two.").In(OptionGroup.Place);

    /// <summary><c>--accept-mixed-numerics</c>.</summary>
    public static Option<bool> AcceptMixedNumerics() => OptionKind.Flag(
        "--accept-mixed-numerics", "Let silos take part whose arithmetic may differ in its last bits; the result is then not reproducible.").In(OptionGroup.Place);

    /// <summary><c>--force</c>.</summary>
    public static Option<bool> Force(string description) => OptionKind.Flag("--force", description).OnlyFromTheUser().In(OptionGroup.Results);

    /// <summary><c>--limit N</c>.</summary>
    public static Option<int?> Limit() => OptionKind.Number<int>("--limit", "Use the first N training images.").Counts("images").In(OptionGroup.Data);

    /// <summary>
    /// <c>--cluster NAME</c>, or <c>--name NAME</c>, of a command that needs a cluster.
    /// </summary>
    public static Option<string> Cluster(string description = "The cluster.") => OptionKind.Text("--cluster", "NAME", description, ClusterName.Usual, "--name").Takes(ValueKind.Cluster).In(OptionGroup.Place);

    /// <summary>
    /// <c>--cluster NAME</c> of a command that also works without a cluster.
    /// </summary>
    public static Option<string?> ClusterIfAny(string description) => OptionKind.OptionalText("--cluster", "NAME", description).Takes(ValueKind.Cluster).In(OptionGroup.Place);

    /// <summary><c>--threads N</c> of a command that trains in this process.</summary>
    public static Option<int?> Threads() => OptionKind.Number<int>("--threads", "Threads that compute in this process. Default: as many as processors, but no more than workers.").In(OptionGroup.Place).Counts("threads");

    /// <summary>The number of compute threads in this process.</summary>
    /// <param name="given">Value of <see cref="Threads"/>; null without this option.</param>
    /// <param name="plan">The plan of the run.</param>
    /// <exception cref="InvalidInputException">It is not a number of threads.</exception>
    public static int ThreadsFor(int? given, TrainingPlan plan)
    {
        InvalidInputException.Require(given is null or (>= 1 and <= MostThreads), $"--threads must be from 1 to {MostThreads}, but is {given}.");
        return given ?? Math.Min(plan.Workers, Environment.ProcessorCount);
    }

    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Data() => OptionKind.OptionalText(
        "--data", "DIR", "Folder with the data: IDX files, train.csv and test.csv, or pictures in a subfolder for each class. Default: $MNIST_DATA, the cache, then a download.").Takes(ValueKind.Folder).ReadsVariable("MNIST_DATA").In(OptionGroup.Data);

    /// <summary><c>--image-size N</c> or <c>--image-size RxC</c>.</summary>
    public static Option<ImageSize?> ImageSize() => new Option<ImageSize?>("--image-size")
    {
        Description = "Resize all images to N x N, or to R rows and C columns. Default: as they are.",
        HelpName = "N|RxC",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
            var size = Contracts.Data.ImageSize.Parse(text);
            if (size is null)
            {
                result.AddError($"--image-size must be a number of pixels, or rows x columns such as 28x28, up to {Contracts.Data.ImageSize.Most}, but is '{Printable.Of(text, 40)}'.");
            }

            return size;
        },
    }.In(OptionGroup.Data);

    /// <summary>The option that names trained weights. It is required.</summary>
    public static Option<string?> Weights()
    {
        var weights = OptionKind.OptionalText("--weights", "WEIGHTS", $"Weights that 'mnist train' has written: {WeightsFile.Rule}.").Takes(ValueKind.Weights);
        weights.Required = true;
        return weights;
    }

    /// <summary><c>--out DIR</c>.</summary>
    public static Option<string?> Output(string description) => OptionKind.OptionalText("--out", "DIR", description).Takes(ValueKind.Folder).OnlyFromTheUser().In(OptionGroup.Results);

    /// <summary>The argument for a run.</summary>
    public static Argument<string> Run()
    {
        var argument = new Argument<string>("run") { Description = "The run: its id or the beginning of it, its name, its folder, or 'latest'.", HelpName = "RUN" }.Takes(ValueKind.Run);
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (string.IsNullOrWhiteSpace(text) || !Printable.Is(text)))
            {
                result.AddError($"'{Printable.Of(text, 40)}' cannot be a run's id: {RunId.Rule}; 'mnist runs list' names the runs there are.");
            }
        });
        return argument;
    }
}
