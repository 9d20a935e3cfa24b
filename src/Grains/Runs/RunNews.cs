namespace Mnist.Distributed.Grains.Runs;

/// <summary>Tells the watchers of a run that there is something new.</summary>
public sealed class RunNews
{
    private TaskCompletionSource _next = NewSource();

    /// <summary>A task that ends with the next call of <see cref="Announce"/>.</summary>
    public Task Next => _next.Task;

    /// <summary>Ends <see cref="Next"/> for all watchers that wait for it.</summary>
    public void Announce()
    {
        var announced = _next;
        _next = NewSource();
        announced.SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
