namespace Mnist.Distributed.Grains.Runs;

/// <summary>Tells the watchers of a run that there is something new.</summary>
public sealed class RunNews
{
    private TaskCompletionSource _next = NewSource();

    /// <summary>Ends with the next <see cref="Announce"/>.</summary>
    public Task Next => _next.Task;

    /// <summary>Tells everybody who waits for <see cref="Next"/>.</summary>
    public void Announce()
    {
        var announced = _next;
        _next = NewSource();
        announced.SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
