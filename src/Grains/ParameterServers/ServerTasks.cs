using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The background tasks of a parameter server: it commits steps, evaluates, or reads the state. A
/// call waits only a moment for a task. The task continues, and a later call gets its result.
/// </summary>
/// <param name="server">The parameter server.</param>
/// <param name="silo">The silo of the parameter server. Commits stop when the silo drains.</param>
/// <param name="superseded">Called when a newer generation of the parameter server exists.</param>
public sealed class ServerTasks(ParameterServer server, HostSilo silo, Action superseded)
{
    /// <summary>
    /// How long a call waits for a task. This is not an option, because the driver relies on an
    /// answer well within its own timeout.
    /// </summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource _stop = new();
    private Task _committing = Task.CompletedTask;
    private (long Step, Task<EvaluationResult> Result)? _evaluation;
    private (long Step, Task<TrainingState> State)? _snapshot;

    /// <summary>
    /// Whether a task that commits steps may start: no such task is running, and none has failed.
    /// </summary>
    public bool MayCommit => _committing.IsCompletedSuccessfully;

    /// <summary>Whether a task commits steps now.</summary>
    public bool IsCommitting => !_committing.IsCompleted;

    /// <summary>Whether no task is running.</summary>
    public bool IsIdle => !IsCommitting && _evaluation is not { Result.IsCompleted: false } && _snapshot is not { State.IsCompleted: false };

    /// <summary>
    /// Starts a task that commits steps until <see cref="Stop"/> is called or the silo drains.
    /// </summary>
    public void Commit(Func<CancellationToken, Task> work) => _committing = CommitUntilStopped(work);

    /// <summary>Waits a moment for the task that commits steps.</summary>
    public Task WaitForSteps() => Wait(_committing);

    /// <summary>
    /// Evaluates the parameters at the current step. Null when this takes longer than a moment; the
    /// next call asks again.
    /// </summary>
    public async Task<EvaluationResult?> Evaluate()
    {
        if (_evaluation is not { } evaluation || evaluation.Step != server.Step)
        {
            evaluation = (server.Step, server.Evaluate());
            _evaluation = evaluation;
        }

        await Wait(evaluation.Result);
        return evaluation.Result.IsCompleted ? await evaluation.Result : null;
    }

    /// <summary>
    /// Reads the state at the current step. Null when this takes longer than a moment. A silo that
    /// is asked for the state may just have been lost, and the answer to the run grain must not
    /// wait for that silo.
    /// </summary>
    public async Task<TrainingState?> GetState()
    {
        if (_snapshot is not { State.IsFaulted: false } snapshot || snapshot.Step != server.Step)
        {
            snapshot = (server.Step, server.GetState());
            _snapshot = snapshot;
        }

        await Wait(snapshot.State);
        return snapshot.State.IsCompleted ? await snapshot.State : null;
    }

    /// <summary>Stops the commits after the step in progress.</summary>
    /// <returns>The task that commits steps. The task may have failed.</returns>
    public async Task<Task> Stop()
    {
        await _stop.CancelAsync();
        return _committing;
    }

    private async Task CommitUntilStopped(Func<CancellationToken, Task> work)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(silo.Shutdown.Announced);
        using var handover = silo.Shutdown.Await();
        try
        {
            await work(_stop.Token);
        }
        catch (SupersededException)
        {
            superseded();
            throw;
        }
    }

    private async Task Wait(Task work)
    {
        await Task.WhenAny(work, Task.Delay(Moment, silo.View.Time));
        if (work.Exception?.InnerException is SupersededException superseded)
        {
            throw new InvalidOperationException(superseded.Message);
        }

        if (work.IsFaulted)
        {
            await work;
        }
    }
}
