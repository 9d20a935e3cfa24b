using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>The command of <c>--then</c>, which runs when a run has ended.</summary>
/// <param name="command">The command, for the shell of the system.</param>
internal sealed class LaterCommand(string command)
{
    /// <summary>Runs the command, with the result of the run in its environment.</summary>
    /// <param name="session">The session of the run.</param>
    /// <param name="run">The run.</param>
    /// <param name="folder">The folder of its results.</param>
    /// <param name="code">The exit code of the run.</param>
    /// <returns>
    /// The exit code: that of the run, or a failure if the command has failed.
    /// </returns>
    public async Task<int> Run(RunSession session, RunIdentity run, string folder, int code)
    {
        if (session.Ending is not { } ended)
        {
            return code;
        }

        SlowWork.Is("waiting for the command of --then");
        var last = session.Epochs.LastOrDefault();
        var result = await Shell.Run(command, new Dictionary<string, string?>
        {
            ["MNIST_RUN_ID"] = run.RunId,
            ["MNIST_RUN_NAME"] = run.Labels.Name,
            ["MNIST_RUN_STATUS"] = RunText.Name(ended.Status),
            ["MNIST_RUN_METRIC"] = last?.Metric.Name,
            ["MNIST_RUN_VALUE"] = last?.TestMetric.ToString("R", CultureInfo.InvariantCulture),
            ["MNIST_RUN_OUT"] = Path.GetFullPath(folder),
            ["MNIST_RUN_CLUSTER"] = run.Cluster,
        });
        SlowWork.Is(null);
        if (result == 0)
        {
            return code;
        }

        Console.Error.WriteLine($"mnist: the command of --then has ended with code {result}: {Printable.Of(command, 200)}");
        return code == ExitCode.Done ? ExitCode.Failed : code;
    }
}
