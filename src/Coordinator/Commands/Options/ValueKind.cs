using System.CommandLine;
using System.CommandLine.Completions;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// What the value of an option or an argument names: a model, a cluster, a file. A shell completes
/// such values. The names are looked up only when a shell asks for them, and without a connection
/// to a cluster.
/// </summary>
internal sealed class ValueKind
{
    /// <summary>
    /// More folders of runs are not opened, because a shell that completes a word must not wait.
    /// </summary>
    private const int MostRuns = 300;

    private readonly Func<IEnumerable<CompletionItem>> _known;

    private ValueKind(Func<IEnumerable<CompletionItem>> known) => _known = known;

    /// <summary>A file. The shell completes it.</summary>
    public static ValueKind File { get; } = new(() => [new CompletionItem(nameof(File), PathOfFile)]);

    /// <summary>A folder. The shell completes it.</summary>
    public static ValueKind Folder { get; } = new(() => [new CompletionItem(nameof(Folder), PathOfFolder)]);

    /// <summary>A data set.</summary>
    public static ValueKind DataSet { get; } = new(() => Items(DataSetCatalogue.Published.Known.Select(one => (one.Name, one.Title)).Append((DataSetCatalogue.Synthetic, "digits that this program draws"))));

    /// <summary>A cluster of this machine.</summary>
    public static ValueKind Cluster { get; } = new(() => Items(ClusterFolder.Names().Select(name => (name, "cluster of this machine"))));

    /// <summary>A run, by its id or its name, from the folder <c>runs</c>.</summary>
    public static ValueKind Run { get; } = new(Runs);

    /// <summary>A file of weights, or a run that has one.</summary>
    public static ValueKind Weights { get; } = new(() => Runs().Append(new CompletionItem(nameof(File), PathOfFile)));

    /// <summary>The <see cref="CompletionItem.Kind"/> of <see cref="File"/>.</summary>
    public const string PathOfFile = "files";

    /// <summary>The <see cref="CompletionItem.Kind"/> of <see cref="Folder"/>.</summary>
    public const string PathOfFolder = "folders";

    /// <summary>One of a few words.</summary>
    public static ValueKind OneOf(params IReadOnlyList<string> words) => new(() => Items(words.Select(word => (word, ""))));

    /// <summary>A model of a catalogue.</summary>
    public static ValueKind Model(TrainingCatalogue catalogue) => new(() => Items(catalogue.Models.Select(one => (one.Name, one.Summary))));

    /// <summary>A task of a catalogue.</summary>
    public static ValueKind Task(TrainingCatalogue catalogue) => new(() => Items(catalogue.Tasks.Select(one => (one.Name, one.Summary))));

    /// <summary>A loss of a catalogue.</summary>
    public static ValueKind Loss(TrainingCatalogue catalogue) => new(() => Items(catalogue.Losses.Select(one => (one.Name, one.Summary))));

    /// <summary>An optimizer of a catalogue.</summary>
    public static ValueKind Optimizer(TrainingCatalogue catalogue) => new(() => Items(catalogue.Optimizers.Select(one => (one.Name, ""))));

    /// <summary>A schedule of a catalogue.</summary>
    public static ValueKind Schedule(TrainingCatalogue catalogue) => new(() => Items(catalogue.Schedules.Select(one => (one.Name, one.Summary))));

    /// <summary>The values that a shell may offer.</summary>
    public IEnumerable<CompletionItem> Known() => _known();

    private static IEnumerable<CompletionItem> Items(IEnumerable<(string Name, string Summary)> names) =>
        names.Select(one => new CompletionItem(one.Name, detail: one.Summary));

    /// <summary>The newest runs first, as their ids begin with the time.</summary>
    private static IEnumerable<CompletionItem> Runs()
    {
        if (!Directory.Exists(LocalRuns.Usual))
        {
            return [];
        }

        var runs = Directory.EnumerateDirectories(LocalRuns.Usual).OrderDescending(StringComparer.Ordinal).Take(MostRuns).Select(StoredRun.In).OfType<StoredRun>().ToArray();
        var names = runs.SelectMany(run => new[] { run.RunId, run.RunName }.OfType<string>().Select(name => (Name: name, Summary: run.Text("status") ?? "")));
        return Items([
            .. names.Where(one => RunId.IsValid(one.Name)).DistinctBy(one => one.Name),
            .. runs.Length > 0 ? [(RunLabels.Latest, "the newest run")] : Array.Empty<(string, string)>(),
        ]);
    }
}

/// <summary>Says what the values of options and arguments name.</summary>
internal static class ValueKinds
{
    /// <summary>Lets a shell complete the value of an option.</summary>
    public static Option<T> Takes<T>(this Option<T> option, ValueKind kind)
    {
        option.CompletionSources.Add(_ => kind.Known());
        return option;
    }

    /// <summary>Lets a shell complete an argument.</summary>
    public static Argument<T> Takes<T>(this Argument<T> argument, ValueKind kind)
    {
        argument.CompletionSources.Add(_ => kind.Known());
        return argument;
    }
}
