using System.Diagnostics;
using System.Text;
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
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Makes this process the one that trains: it leaves the terminal.</summary>
    public static void Enter()
    {
        OutputFile.Use();
        TerminalSession.Leave();
    }

    /// <summary>
    /// Deletes the output of this process, whose run does not begin. The output of a command that
    /// waits is not in a file.
    /// </summary>
    /// <param name="request">The command line.</param>
    /// <param name="folder">The folder of the results.</param>
    public static void Forget(TrainRequest request, string folder)
    {
        if (request.Place.RunId is not null)
        {
            File.Delete(Path.Combine(folder, RunFileNames.OutputName));
        }
    }

    /// <summary>Starts the process, and waits until the run has begun, or is queued.</summary>
    /// <param name="folder">The folder of its results.</param>
    /// <param name="display">Tells how to see the run.</param>
    /// <param name="cancellation">Ends the wait, and the process.</param>
    /// <returns>
    /// The exit code. If the process refuses to train, it is that of the process.
    /// </returns>
    /// <exception cref="Contracts.InvalidInputException">
    /// Another process trains in the folder.
    /// </exception>
    public async Task<int> Start(string folder, IRunDisplay display, CancellationToken cancellation)
    {
        RecordFolder.Take(folder).Dispose();
        var log = Path.GetFullPath(Path.Combine(folder, RunFileNames.OutputName));
        var earlier = File.Exists(log) ? new FileInfo(log).Length : 0;
        string[] words = [.. SiloProgram.Own, "train", .. request.Given.Words, OptionName, run.RunId];
        using var process = DetachedProcess.Start(words, Environment.CurrentDirectory, log, new Dictionary<string, string>());
        SlowWork.Is("waiting for the run to begin");
        while (true)
        {
            var hasEnded = process.HasExited;
            if (StoredRun.In(folder) is { } stored && stored.RunId == run.RunId)
            {
                // A queued run that has nothing to wait for begins at once.
                var first = stored.IsQueued ? QueueTurn.First(folder, run.RunId) : null;
                if (first is not null || !stored.IsQueued)
                {
                    Tell(first, process, folder, display);
                    return ExitCode.Done;
                }
            }

            if (hasEnded || cancellation.IsCancellationRequested)
            {
                await End(process);
                Repeat(log, earlier);
                return cancellation.IsCancellationRequested ? ExitCode.Interrupted : process.ExitCode == ExitCode.Done ? ExitCode.Failed : process.ExitCode;
            }

            await Task.Delay(PollInterval, CancellationToken.None);
        }
    }

    private void Tell(string? first, Process process, string folder, IRunDisplay display)
    {
        SlowWork.Is(null);
        if (request.Results.Json)
        {
            Json.Print(new { Event = "detached", run.RunId, run.Cluster, IsQueued = first is not null, Pid = process.Id, Out = folder });
            return;
        }

        Console.WriteLine($"Run {run.RunId} {(first is null ? "trains" : "waits")} in process {process.Id}{(first is null ? "" : $", for {first}")}.");
        display.Note($"See it with: mnist runs watch {FoundRun.WordsOf(run.RunId, folder)} (its output is in {Path.Combine(folder, RunFileNames.OutputName)})");
    }

    /// <summary>
    /// Waits until the process has ended; if it has not begun to train, asks it to end.
    /// </summary>
    private static async Task End(Process process)
    {
        if (!process.HasExited && Posix.IsUsed)
        {
            Signals.Interrupt(process.Id);
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(StopTimeout, CancellationToken.None));
        }

        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>
    /// Says what the process has said. The file goes if there was none before, and no run is there.
    /// </summary>
    private static void Repeat(string log, long earlier)
    {
        SlowWork.Is(null);
        if (!File.Exists(log))
        {
            return;
        }

        Console.Error.Write(Encoding.UTF8.GetString(File.ReadAllBytes(log).AsSpan((int)earlier)));
        if (earlier == 0 && StoredRun.In(Path.GetDirectoryName(log)!) is null)
        {
            File.Delete(log);
        }
    }
}
