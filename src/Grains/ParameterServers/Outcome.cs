namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// How a call ended, as a value: with an answer, with a failure of the callee, or not yet. The idea
/// is that of Polly's <c>Outcome</c>.
/// </summary>
/// <param name="Value">The answer; the default value when there is none.</param>
/// <param name="Failure">The failure; null when there is none.</param>
/// <param name="IsLate">
/// Whether the call did not end within the timeout. The call itself continues.
/// </param>
public readonly record struct Outcome<T>(T? Value, Exception? Failure, bool IsLate)
{
    /// <summary>
    /// The failure in one line; null when there is none. The full messages of the runtime may
    /// contain whole stack traces.
    /// </summary>
    public string? Reason => Failure is null ? null : Outcome.ReasonOf(Failure);
}

/// <summary>Turns calls into outcomes.</summary>
public static class Outcome
{
    /// <summary>A failure in one line.</summary>
    public static string ReasonOf(Exception failure) => failure.GetBaseException() switch
    {
        OrleansMessageRejectionException => "it cannot be reached",
        var cause => cause.Message.Split('\n', 2)[0].Trim(),
    };

    /// <summary>Waits until the call has ended. It never throws.</summary>
    public static async Task<Outcome<T>> Of<T>(Task<T> call)
    {
        try
        {
            return new Outcome<T>(await call, null, false);
        }
        catch (Exception failure)
        {
            return new Outcome<T>(default, failure, false);
        }
    }

    /// <summary>
    /// Waits until the call has ended or the timeout has passed. It never throws.
    /// </summary>
    public static async Task<Outcome<T>> Of<T>(Task<T> call, TimeSpan timeout, TimeProvider time)
    {
        if (!call.IsCompleted)
        {
            using var timer = new CancellationTokenSource(timeout, time);
            var expired = new TaskCompletionSource();
            await using var registration = timer.Token.Register(() => expired.TrySetResult());
            if (await Task.WhenAny(call, expired.Task) != call)
            {
                return new Outcome<T>(default, null, true);
            }
        }

        return await Of(call);
    }
}
