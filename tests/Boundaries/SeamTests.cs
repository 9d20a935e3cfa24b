using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using Mnist.Distributed.Coordinator.Commands;
using Mnist.Distributed.Coordinator.Commands.Chaos.Faults;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Boundaries.Sources;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Losses;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Torch;
using Mnist.Distributed.Training.Optimizers;
using Mnist.Distributed.Training.Schedules;
using Mnist.Distributed.Training.Tasks;
using Xunit;

namespace Mnist.Distributed.Tests.Boundaries;

/// <summary>
/// Seams are open: a loss, an optimizer, a model, a data format, a store, a fault or a command is a
/// file of its own and a line of registration. So its name occurs in its own file, in the file that
/// registers it, and, for a command, in the files of its own folder. Whatever else names it is
/// listed here with the reason.
/// </summary>
public sealed class SeamTests
{
    private const string Catalogue = "Training/Catalogue/TrainingCatalogue.cs";
    private const string Formats = "Training/Data/DataFormats.cs";
    private const string Stores = "Hosting/Stores/StoreName.cs";
    private const string CommandLine = "Coordinator/Commands/MnistCommandLine.cs";
    private const string Commands = "Coordinator/Commands";
    private const string Chaos = $"{Commands}/Chaos";
    private const string FaultList = $"{Chaos}/Faults/FaultKinds.cs";

    private static readonly Seam[] Seams =
    [
        new("CrossEntropyLoss", "Training/Losses/CrossEntropyLoss.cs", Catalogue)
        {
            // One class has three names in the recipe's table.
            Registrations = 3,
        },
        .. Named(
            "Training/Losses",
            "AbsoluteError",
            "BinaryCrossEntropyLoss",
            "CategoricalCrossEntropyLoss",
            "CosineLoss",
            "CtcLoss",
            "DiceLoss",
            "HingeLoss",
            "HuberLoss",
            "IoULoss",
            "KlDivergenceLoss",
            "SquaredError",
            "TripletLoss"),
        new("ClassTask", "Training/Tasks/ClassTask.cs", Catalogue)
        {
            Exemptions =
            [
                .. TrainedBy("AbsoluteError", "BinaryCrossEntropyLoss", "CategoricalCrossEntropyLoss", "CosineLoss", "CrossEntropyLoss", "HingeLoss", "HuberLoss", "KlDivergenceLoss", "SquaredError"),
                new("Training/Losses/LossDefinition.cs", "a user's loss trains this task"),
                new("Training/Catalogue/TeacherFile.cs", "a teacher was trained for this task"),
            ],
        },
        new("BinaryTask", "Training/Tasks/BinaryTask.cs", Catalogue)
        {
            // One class is two tasks.
            Registrations = 2,
            Exemptions = TrainedBy("BinaryCrossEntropyLoss", "HingeLoss"),
        },
        new("MaskTask", "Training/Tasks/MaskTask.cs", Catalogue) { Exemptions = TrainedBy("DiceLoss", "IoULoss") },
        new("BoxTask", "Training/Tasks/BoxTask.cs", Catalogue) { Exemptions = TrainedBy("AbsoluteError", "HuberLoss", "IoULoss", "SquaredError") },
        new("EmbeddingTask", "Training/Tasks/EmbeddingTask.cs", Catalogue) { Exemptions = TrainedBy("CosineLoss", "TripletLoss") },
        new("StringTask", "Training/Tasks/StringTask.cs", Catalogue) { Exemptions = TrainedBy("CtcLoss") },
        new("Sgd", "Training/Optimizers/Sgd.cs", Catalogue)
        {
            Exemptions = [new($"{Chaos}/ChaosCommand.cs", "a chaos run trains with momentum, so that optimizer slots go through its failovers")],
        },
        .. Named("Training/Optimizers", "Adam", "AdamW", "RmsProp", "Adagrad"),
        .. Named(
            "Training/Schedules",
            "ConstantSchedule",
            "StepSchedule",
            "MultiStepSchedule",
            "ExponentialSchedule",
            "CosineSchedule",
            "OneCycleSchedule",
            "PolynomialSchedule"),
        new("MlpNetwork", "Training/Models/Fast/MlpNetwork.cs", Catalogue)
        {
            // One class is two models.
            Registrations = 2,
            Exemptions =
            [
                new("Training/Models/Modules/MlpModule.cs", "is the readable version, with the same settings"),
            ],
        },
        new("CnnNetwork", "Training/Models/Fast/CnnNetwork.cs", Catalogue)
        {
            Exemptions = [new("Training/Models/Modules/CnnModule.cs", "is the readable version, with the same settings")],
        },
        new("MlpModel", "Training/Models/Modules/MlpModule.cs", Catalogue),
        new("CnnModel", "Training/Models/Modules/CnnModule.cs", Catalogue),
        new("InkNet", "Training/Models/Modules/InkModule.cs", Catalogue),
        new("BoxNet", "Training/Models/Modules/BoxModule.cs", Catalogue),
        new("ReaderNet", "Training/Models/Modules/ReaderModule.cs", Catalogue),
        new("ResidualNet", "Training/Models/Modules/ResidualModule.cs", Catalogue),
        new("CsvFormat", "Training/Data/CsvFormat.cs", Formats),
        new("PictureFormat", "Training/Data/PictureFormat.cs", Formats),
        new("IdxFormat", "Training/Data/IdxFormat.cs", Formats)
        {
            Exemptions = [new("Training/Data/SyntheticDataSet.cs", "the cache keeps the synthetic digits as a folder of IDX files")],
        },
        new("SqliteStore", "Hosting/Stores/SqliteStore.cs", Stores)
        {
            Exemptions =
            [
                new("Coordinator/Clusters/ClusterFolder.cs", "a local cluster has its store in its own folder, and that is a SQLite file"),
                new("Coordinator/Clusters/RunningSilos.cs", "finds the processes of a local cluster by that file"),
                new("Coordinator/Clusters/ClusterPlace.cs", "prints the name of a file, and no connection string, which may hold a password"),
            ],
        },
        new("PostgreSqlStore", "Hosting/Stores/PostgreSqlStore.cs", Stores),
        new("RedisStore", "Hosting/Stores/RedisStore.cs", Stores),
        new("TrainCommand", $"{Commands}/Train/TrainCommand.cs", CommandLine),
        new("EvaluateCommand", $"{Commands}/EvaluateCommand.cs", CommandLine),
        new("ExportCommand", $"{Commands}/ExportCommand.cs", CommandLine),
        new("PredictCommand", $"{Commands}/PredictCommand.cs", CommandLine),
        new("ClusterCommand", $"{Commands}/Cluster/ClusterCommand.cs", CommandLine),
        new("IdentityCommand", $"{Commands}/Cluster/Identity/IdentityCommand.cs", $"{Commands}/Cluster/ClusterCommand.cs"),
        new("StatusCommand", $"{Commands}/Cluster/StatusCommand.cs", $"{Commands}/Cluster/ClusterCommand.cs"),
        new("RemoveCommand", $"{Commands}/Cluster/RemoveCommand.cs", $"{Commands}/Cluster/ClusterCommand.cs"),
        new("RunsCommand", $"{Commands}/Runs/RunsCommand.cs", CommandLine),
        .. new[] { "ListCommand", "ShowCommand", "CompareCommand", "WatchCommand", "StopCommand", "ResumeCommand", "ExportRunCommand", "DeleteCommand", "PruneCommand" }
            .Select(name => new Seam(name, $"{Commands}/Runs/{name}.cs", $"{Commands}/Runs/RunsCommand.cs")),
        new("VerifyCommand", $"{Commands}/Verify/VerifyCommand.cs", CommandLine),
        new("ChaosCommand", $"{Chaos}/ChaosCommand.cs", CommandLine),
        new("KillFault", $"{Chaos}/Faults/KillFault.cs", FaultList),
        new("StopFault", $"{Chaos}/Faults/StopFault.cs", FaultList),
        new("SlowFault", $"{Chaos}/Faults/SlowFault.cs", FaultList),
        new("LeaveFault", $"{Chaos}/Faults/LeaveFault.cs", FaultList),
        new("AddFault", $"{Chaos}/Faults/AddFault.cs", FaultList),
        new("PowerCutFault", $"{Chaos}/Faults/PowerCutFault.cs", FaultList),
        new("DataCommand", $"{Commands}/DataCommand.cs", CommandLine),
        new("PlanCommand", $"{Commands}/Plan/PlanCommand.cs", CommandLine),
        new("ModelsCommand", $"{Commands}/ModelsCommand.cs", CommandLine),
        new("LossesCommand", $"{Commands}/LossesCommand.cs", CommandLine),
        new("ReportCommand", $"{Commands}/ReportCommand.cs", CommandLine),
        new("DashboardCommand", $"{Commands}/DashboardCommand.cs", CommandLine),
        new("ConfigCommand", $"{Commands}/Config/ConfigCommand.cs", CommandLine),
        new("CompletionCommand", $"{Commands}/Completion/CompletionCommand.cs", CommandLine),
        new("CleanCommand", $"{Commands}/Clean/CleanCommand.cs", CommandLine),
        new("ServeCommand", $"{Commands}/ServeCommand.cs", CommandLine),
        new("SweepCommand", $"{Commands}/Sweep/SweepCommand.cs", CommandLine),
        .. new[] { "List", "Show", "Watch", "Stop", "Resume", "Delete" }
            .Select(name => new Seam($"Sweep{name}Command", $"{Commands}/Sweep/Sweep{name}Command.cs", $"{Commands}/Sweep/SweepCommand.cs")),
    ];

    private static readonly IReadOnlyList<SourceFile> Code =
        [.. Repository.Sources.Select(file => file with { Text = CSharpCode.Of(file.Text) })];

    public static TheoryData<string> Names => [.. Seams.Select(seam => seam.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_extension_is_named_in_its_own_file_and_where_it_is_registered(string name)
    {
        var seam = Seams.Single(seam => seam.Name == name);
        string[] expected = [seam.File, seam.Registry, .. seam.Exemptions.Select(exemption => exemption.File)];
        var found = FilesThatName(name).Where(file => !seam.IsPart(file)).ToArray();

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Union([seam.File]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_extension_is_registered_by_one_line(string name)
    {
        var seam = Seams.Single(seam => seam.Name == name);
        var lines = Code.Single(file => file.Path == seam.Registry).Text.Split('\n').Count(line => Word(name).IsMatch(line));

        Assert.Equal(seam.Registrations, lines);
    }

    /// <summary>
    /// What the project brings is counted by reflection: none is forgotten above.
    /// </summary>
    [Fact]
    public void No_extension_is_left_out_here()
    {
        var training = typeof(Network).Assembly;
        string[] brought =
        [
            .. training.GetTypes().Where(type => Defines(type, typeof(LossDefinition)) || Defines(type, typeof(TaskDefinition))).Select(type => type.Name),
            .. Of(training, typeof(IOptimizer).IsAssignableFrom),
            .. Of(training, type => typeof(Network).IsAssignableFrom(type) && type != typeof(TorchNetwork)),
            .. training.GetTypes().Where(type => type is { IsAbstract: true, IsSealed: true } && type.GetField("Definition")?.FieldType == typeof(ModelDefinition)).Select(type => type.Name),
            .. Of(training, typeof(ISchedule).IsAssignableFrom),
            .. Of(training, typeof(IDataFormat).IsAssignableFrom),
            .. Of(typeof(IClusterStore).Assembly, typeof(IClusterStore).IsAssignableFrom),
            .. Of(typeof(FaultKind).Assembly, typeof(FaultKind).IsAssignableFrom),
            .. typeof(MnistCommandLine).Assembly.GetTypes().Where(MakesACommand).Select(type => type.Name),
        ];

        Assert.Equal(brought.Order(StringComparer.Ordinal), Seams.Select(seam => seam.Name).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Seam> Named(string folder, params string[] names) => names.Select(name => new Seam(name, $"{folder}/{name}.cs", Catalogue));

    private static Exemption[] TrainedBy(params string[] losses) =>
        [.. losses.Select(loss => new Exemption($"Training/Losses/{loss}.cs", "trains this task"))];

    private static bool Defines(Type type, Type definition) => type.GetFields(BindingFlags.Static | BindingFlags.Public).Any(field => field.FieldType == definition);

    private static IEnumerable<string> Of(Assembly assembly, Func<Type, bool> isOne) =>
        assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && isOne(type)).Select(type => type.Name);

    private static bool MakesACommand(Type type) => type.GetMethod("Create", BindingFlags.Static | BindingFlags.Public)?.ReturnType == typeof(Command);

    private static IEnumerable<string> FilesThatName(string name) => Code.Where(file => Word(name).IsMatch(file.Text)).Select(file => file.Path);

    private static Regex Word(string name) => new($@"(?<![\w.]){name}\b");

    /// <summary>A name that can be extended by another one.</summary>
    /// <param name="Name">The class.</param>
    /// <param name="File">Its file, with the path from <c>src</c>.</param>
    /// <param name="Registry">The file with the line that registers it.</param>
    private sealed record Seam(string Name, string File, string Registry)
    {
        /// <summary>Lines that register it.</summary>
        public int Registrations { get; init; } = 1;

        /// <summary>Files that name it for another reason.</summary>
        public Exemption[] Exemptions { get; init; } = [];

        /// <summary>Whether a file is a part of the class, beside its own file.</summary>
        public bool IsPart(string file) =>
            File.Count(letter => letter == '/') > Commands.Count(letter => letter == '/') + 1
            && File.StartsWith(Commands, StringComparison.Ordinal)
            && file != File
            && file != Registry
            && Path.GetDirectoryName(file) == Path.GetDirectoryName(File);
    }

    /// <summary>A file that names a class though it neither declares nor registers it.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Reason">Why it does.</param>
    private sealed record Exemption(string File, string Reason);
}
