namespace Mnist.Distributed.Tests.Processes;

/// <summary>Waits for what nobody tells: a file, an answer, a line in a log.</summary>
internal static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is right.</summary>
    /// <param name="ask">Asks.</param>
    /// <param name="isRight">Judges an answer.</param>
    /// <param name="guard">Ends the wait with a failure.</param>
    public static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> isRight, CancellationToken guard)
    {
        while (true)
        {
            if (await ask() is { } answer && isRight(answer))
            {
                return answer;
            }

            await Task.Delay(Pause, guard);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="guard">Ends the wait with a failure.</param>
    /// <param name="pause">Pause between two looks. Default: 50 ms.</param>
    public static async Task Until(Func<bool> holds, CancellationToken guard, TimeSpan? pause = null)
    {
        while (!holds())
        {
            await Task.Delay(pause ?? Pause, guard);
        }
    }
}
