using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// Repeats calls to the cluster, so that the loss of one silo does not fail a command.
/// </summary>
internal static class RetryingCall
{
    /// <summary>
    /// How long a call for weights or a ledger may be silent. They may be large, and the network
    /// slow.
    /// </summary>
    public static readonly TimeSpan BulkPatience = TimeSpan.FromSeconds(12);

    /// <summary>How long calls that fail are repeated.</summary>
    public static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the first call may be silent until it is made again; doubles with each call.
    /// </summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

    /// <summary>The pause after a call that has failed.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Repeats a call until a silo answers.</summary>
    /// <param name="call">A call that may be repeated.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <param name="silence">
    /// How long a call may be silent until it is made again; null for a second.
    /// </param>
    /// <exception cref="OrleansException">No silo has answered for 30 s.</exception>
    /// <exception cref="TimeoutException">No silo has answered for 30 s.</exception>
    public static async Task<T> Ask<T>(Func<Task<T>> call, TimeProvider? clock = null, TimeSpan? silence = null)
    {
        var time = clock ?? TimeProvider.System;
        var start = time.GetTimestamp();
        var patience = silence ?? FirstPatience;
        List<Task<T>> calls = [call()];
        while (true)
        {
            var tooLong = Task.Delay(patience, time);
            var first = await Task.WhenAny([.. calls, tooLong]);
            if (first == tooLong)
            {
                // A silo that is lost takes its answer with it, and nobody tells the caller.
                if (time.GetElapsedTime(start) < RetryTimeout)
                {
                    calls.Add(call());
                }

                patience *= 2;
                continue;
            }

            var answer = (Task<T>)first;
            calls.Remove(answer);
            try
            {
                return await answer;
            }
            catch (Exception failure) when (PassingFailure.Is(failure) && (calls.Count > 0 || time.GetElapsedTime(start) < RetryTimeout))
            {
                if (calls.Count == 0)
                {
                    await Task.Delay(RetryPause, time);
                    calls.Add(call());
                }
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
}
