using System.CommandLine;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>
/// A command about one run, of a folder or of a cluster. Its command line names the run.
/// </summary>
internal class RunCommand : Command
{
    private readonly TrainingCatalogue _catalogue;
    private readonly Argument<string> _run = SharedOptions.Run();
    private readonly Option<string?> _cluster = SharedOptions.ClusterIfAny($"The cluster that has the run. Default: what the folder of the run says, else {ClusterName.Usual}.");
    private readonly AccessOptions _access = new();

    /// <summary>
    /// Makes a command with the argument for the run and the options for the cluster.
    /// </summary>
    public RunCommand(string name, string description, TrainingCatalogue catalogue) : base(name, description)
    {
        _catalogue = catalogue;
        Add(_run);
        Add(_cluster);
        _access.AddTo(this);
        Add(Json);
    }

    /// <summary><c>--models-from</c>, of commands that write the weights of the run.</summary>
    public Option<string?> Models { get; } = ModelsFrom.Option();

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; } = SharedOptions.Json();

    /// <summary>The cluster that the command line names; null if it names none.</summary>
    public ClusterPlace? Place(ParseResult parsed) => ClusterPlace.OrUsual(parsed.GetValue(_cluster), _access.Read(parsed));

    /// <summary>Finds the run that the command line names.</summary>
    public Task<FoundRun> Find(ParseResult parsed) => RunFinder.For(Place(parsed), _access.Read(parsed)).Find(parsed.GetValue(_run)!);

    /// <summary>
    /// Sets the action of the command. The action gets the run, opened where it is.
    /// </summary>
    public void SetRunAction(Func<OpenRun, ParseResult, Task<int>> action) => SetAction(async (parsed, _) =>
    {
        await using var run = await OpenRun.Open(await Find(parsed), _catalogue);
        return await action(run, parsed);
    });

    /// <summary>
    /// Checks that this program can write the weights of a run, and says so if the file of
    /// <c>--models-from</c> is not needed for them.
    /// </summary>
    /// <exception cref="Contracts.InvalidInputException">
    /// This program lacks what the plan names.
    /// </exception>
    public void CheckModels(OpenRun run, ParseResult parsed)
    {
        run.CheckModels();
        if (ModelsFrom.Remark(parsed.TypedValue(Models), run.Description.Plan!) is { } remark)
        {
            Remarks.Say(remark);
        }
    }
}
