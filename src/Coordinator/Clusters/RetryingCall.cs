using System.Diagnostics;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Calls that outlast the loss of the silo they went to.</summary>
internal static class RetryingCall
{
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until a silo answers.</summary>
    /// <param name="call">A call that may be repeated.</param>
    /// <exception cref="OrleansException">None has for half a minute.</exception>
    /// <exception cref="TimeoutException">None has for half a minute.</exception>
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

    /// <summary>Asks until a silo has done it.</summary>
    /// <param name="call">A call that may be repeated.</param>
    /// <exception cref="OrleansException">None has for half a minute.</exception>
    /// <exception cref="TimeoutException">None has for half a minute.</exception>
    public static Task Do(Func<Task> call) => Ask(async () =>
    {
        await call();
        return true;
    });

    /// <summary>Whether another silo may answer where one has not.</summary>
    public static bool IsPassing(Exception failure) => failure is OrleansException or TimeoutException;
}
