using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>What a command line of <c>mnist train</c> asks for.</summary>
/// <param name="Plan">What is trained, before the data set is known.</param>
/// <param name="Options">How.</param>
/// <param name="Sources">What is read.</param>
/// <param name="Place">Where is trained.</param>
/// <param name="Results">What is written.</param>
/// <param name="Given">The options as they were given.</param>
internal sealed record TrainRequest(
    TrainingPlan Plan, RunOptions Options, TrainSources Sources, TrainPlace Place, TrainResults Results, GivenOptions Given);

/// <summary>What training begins with.</summary>
/// <param name="DataSetGiven">Whether <c>--dataset</c> was given; otherwise synthetic digits may
/// stand in.</param>
/// <param name="DataFolder">What <c>--data</c> says; null without it.</param>
/// <param name="InitialWeights">What <c>--init</c> says; null for freshly drawn weights.</param>
internal sealed record TrainSources(bool DataSetGiven, string? DataFolder, string? InitialWeights);

/// <summary>Where is trained.</summary>
/// <param name="Cluster">What <c>--cluster</c> says; null for this process.</param>
/// <param name="Store">What <c>--store</c> says; null without it.</param>
internal sealed record TrainPlace(string? Cluster, string? Store);

/// <summary>What training writes.</summary>
/// <param name="Folder">What <c>--out</c> says; null for <c>runs/&lt;run id&gt;</c>.</param>
/// <param name="Force">Whether the folder may hold another run, which is overwritten.</param>
/// <param name="Json">Whether progress is told as JSON lines.</param>
internal sealed record TrainResults(string? Folder, bool Force, bool Json);

/// <summary>The options that were given on a command line.</summary>
/// <param name="Names">Their names.</param>
/// <param name="Again">
/// The command line once more, without where to begin, how long to train and where the results go.
/// </param>
internal sealed record GivenOptions(IReadOnlySet<string> Names, string Again);
