using System.Diagnostics;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Commands.Train;

/// <summary>
/// A run without a cluster that goes on after its command has ended. The command starts the same
/// program again, with <see cref="OptionName"/>.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="request">The command line.</param>
internal sealed class BackgroundRun(RunIdentity run, TrainRequest request)
{
    /// <summary>
    /// The hidden option of the process that trains. Its value is the id of the run.
    /// </summary>
    public const string OptionName = "--background";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Makes this process the one that trains: it leaves the terminal.</summary>
    public static void Enter()
    {
        OutputFile.Use();
        TerminalSession.Leave();
    }

    /// <summary>Starts the process, and waits until the run has begun, or is queued.</summary>
    /// <param name="folder">The folder of its results.</param>
    /// <param name="display">Tells how to see the run.</param>
    /// <param name="cancellation">Ends the wait, and the process.</param>
    /// <returns>
    /// The exit code. If the process refuses to train, it is that of the process.
    /// </returns>
    public async Task<int> Start(string folder, IRunDisplay display, CancellationToken cancellation)
    {
        var log = Path.Combine(folder, RunFileNames.OutputName);
        File.Delete(log);
        string[] words = [.. SiloProgram.Own, "train", .. request.Given.Words, OptionName, run.RunId];
        using var process = DetachedProcess.Start(words, Environment.CurrentDirectory, Path.GetFullPath(log), new Dictionary<string, string>());
        SlowWork.Is("waiting for the run to begin");
        while (true)
        {
            var hasEnded = process.HasExited;
            if (StoredRun.In(folder) is { } stored && stored.RunId == run.RunId)
            {
                // A queued run that has nothing to wait for begins at once.
                var first = stored.IsQueued ? LocalQueue.First(folder, run.RunId) : null;
                if (first is not null || !stored.IsQueued)
                {
                    Tell(first, process, folder, display);
                    return ExitCode.Done;
                }
            }

            if (hasEnded || cancellation.IsCancellationRequested)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                return GiveUp(folder, log, hasEnded ? process.ExitCode : ExitCode.Interrupted);
            }

            await Task.Delay(PollInterval, CancellationToken.None);
        }
    }

    private void Tell(LocalRun? first, Process process, string folder, IRunDisplay display)
    {
        SlowWork.Is(null);
        if (request.Results.Json)
        {
            Json.Print(new { Event = "detached", run.RunId, run.Cluster, IsQueued = first is not null, Pid = process.Id, Out = folder });
            return;
        }

        Console.WriteLine($"Run {run.RunId} {(first is null ? "trains" : $"waits for run {first.RunId}")} in process {process.Id}.");
        display.Note($"See it with: mnist runs watch {FoundRun.WordsOf(run.RunId, folder)} (its output is in {Path.Combine(folder, RunFileNames.OutputName)})");
    }

    /// <summary>Says what the process has said, and leaves no folder behind.</summary>
    private static int GiveUp(string folder, string log, int code)
    {
        SlowWork.Is(null);
        Console.Error.Write(File.Exists(log) ? File.ReadAllText(log) : "");
        File.Delete(log);
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }

        return code == ExitCode.Done ? ExitCode.Failed : code;
    }
}
