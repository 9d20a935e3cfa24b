using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>The command line of <c>mnist train</c>, as values.</summary>
/// <param name="Plan">The plan; its data are not known yet.</param>
/// <param name="Options">The options of the run.</param>
/// <param name="Sources">What the training reads.</param>
/// <param name="Place">Where the training takes place.</param>
/// <param name="Results">What the training writes.</param>
/// <param name="Given">The options that were given.</param>
internal sealed record TrainRequest(
    TrainingPlan Plan, RunOptions Options, TrainSources Sources, TrainPlace Place, TrainResults Results, GivenOptions Given);

/// <summary>The data and the weights that training begins with.</summary>
/// <param name="DataSetGiven">
/// Whether <c>--dataset</c> was given. If not, synthetic digits may replace an unavailable data
/// set.
/// </param>
/// <param name="DataFolder">Value of <c>--data</c>; null without this option.</param>
/// <param name="InitialWeights">Value of <c>--init</c>; null for freshly drawn weights.</param>
/// <param name="Models">Value of <c>--models-from</c>; null without this option.</param>
internal sealed record TrainSources(bool DataSetGiven, string? DataFolder, string? InitialWeights, string? Models);

/// <summary>The place of the training: a cluster, or this process.</summary>
/// <param name="Cluster">The cluster; null for this process.</param>
/// <param name="Threads">Value of <c>--threads</c>; null without this option.</param>
/// <param name="Detach">Whether the command ends when the run has begun.</param>
/// <param name="RunId">
/// The id of the run, if this process trains for a command that has ended; else null.
/// </param>
internal sealed record TrainPlace(ClusterPlace? Cluster, int? Threads, bool Detach, string? RunId = null);

/// <summary>The results that training writes.</summary>
/// <param name="Folder">Value of <c>--out</c>; null for <c>runs/&lt;run id&gt;</c>.</param>
/// <param name="Force">Whether the results of another run in the folder may be overwritten.</param>
/// <param name="Json">Whether the progress is printed as JSON lines.</param>
/// <param name="Report">Whether a report on the test images is written.</param>
/// <param name="Serve">Whether a page shows the run.</param>
/// <param name="Then">Value of <c>--then</c>; null without this option.</param>
internal sealed record TrainResults(string? Folder, bool Force, bool Json, bool Report, bool Serve, string? Then);

/// <summary>The options that were given on a command line.</summary>
/// <param name="Names">Names of the options.</param>
/// <param name="Command">The command that trains the same.</param>
/// <param name="Words">All of them but <c>--detach</c>, as words of a command line.</param>
internal sealed record GivenOptions(IReadOnlySet<string> Names, string Command, IReadOnlyList<string> Words);
