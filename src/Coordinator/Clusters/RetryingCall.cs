using System.Diagnostics;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Repeats calls to the cluster, so that the loss of one silo does not fail a command.
/// </summary>
internal static class RetryingCall
{
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Repeats a call until a silo answers.</summary>
    /// <param name="call">A call that may be repeated.</param>
    /// <exception cref="OrleansException">No silo has answered for 30 s.</exception>
    /// <exception cref="TimeoutException">No silo has answered for 30 s.</exception>
    public static async Task<T> Ask<T>(Func<Task<T>> call)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception failure) when (IsPassing(failure) && Stopwatch.GetElapsedTime(start) < RetryTimeout)
            {
                await Task.Delay(RetryPause);
            }
        }
    }

    /// <summary>Repeats a call without a result until a silo answers.</summary>
    /// <param name="call">A call that may be repeated.</param>
    /// <exception cref="OrleansException">No silo has answered for 30 s.</exception>
    /// <exception cref="TimeoutException">No silo has answered for 30 s.</exception>
    public static Task Do(Func<Task> call) => Ask(async () =>
    {
        await call();
        return true;
    });

    /// <summary>Whether a repeated call may succeed after this failure.</summary>
    public static bool IsPassing(Exception failure) => failure is OrleansException or TimeoutException;
}
