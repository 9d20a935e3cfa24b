namespace Mnist.Distributed.Tests.Simulation.Clock;

/// <summary>
/// Runs the turns of one grain in the order in which they became ready, like Orleans' own
/// schedulers. The seed decides the order between grains.
/// </summary>
internal sealed class Turns(Timeline timeline, Process process, TimeSpan? longest = null) : TaskScheduler
{
    private readonly TimeSpan _longest = longest ?? TimeSpan.FromMicroseconds(20);
    private readonly Queue<Task> _ready = [];

    /// <summary>Starts something as a turn.</summary>
    public Task<T> Start<T>(Func<Task<T>> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <inheritdoc />
    protected override void QueueTask(Task task)
    {
        if (timeline.IsOnThread() && !process.IsDead)
        {
            _ready.Enqueue(task);
            if (_ready.Count == 1)
            {
                Arrange();
            }
        }
    }

    /// <inheritdoc />
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && timeline.IsOnThread() && TryExecuteTask(task);

    /// <inheritdoc />
    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    private void Arrange() => timeline.After(_longest * timeline.Random.NextDouble(), process, Take);

    private void Take()
    {
        TryExecuteTask(_ready.Peek());
        _ready.Dequeue();
        if (_ready.Count > 0)
        {
            Arrange();
        }
    }
}
