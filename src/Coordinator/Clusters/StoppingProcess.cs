using Mnist.Distributed.Hosting.Processes;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Stops the training in another process of this user.</summary>
internal static class StoppingProcess
{
    /// <summary>How long it may take to stop.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks a process to stop after its step, and waits until it has ended.</summary>
    /// <param name="process">The process.</param>
    /// <param name="detach">Ends the wait.</param>
    /// <returns>Whether it has ended.</returns>
    /// <exception cref="Contracts.InvalidInputException">It cannot be asked.</exception>
    public static async Task<bool> Stop(ProcessIdentity process, CancellationToken detach)
    {
        Signals.Interrupt(process.Pid);
        var start = TimeProvider.System.GetTimestamp();
        while (process.IsAlive)
        {
            if (detach.IsCancellationRequested || TimeProvider.System.GetElapsedTime(start) > Timeout)
            {
                return false;
            }

            await Task.Delay(PollInterval, CancellationToken.None);
        }

        return true;
    }
}
