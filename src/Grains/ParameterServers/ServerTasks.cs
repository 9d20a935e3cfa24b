using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// The tasks of a parameter server: it commits steps, evaluates, or reads the state. A call waits
/// for a task a moment only; the task goes on, and the next call finds it.
/// </summary>
/// <param name="server">The parameter server.</param>
/// <param name="silo">Its silo; the server stops committing when the silo leaves.</param>
/// <param name="superseded">Called when there is a newer parameter server.</param>
public sealed class ServerTasks(ParameterServer server, HostSilo silo, Action superseded)
{
    /// <summary>
    /// How long a call waits. No option, because the driver counts on an answer well within its own
    /// timeout.
    /// </summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource _stop = new();
    private Task _committing = Task.CompletedTask;
    private (long Step, Task<EvaluationResult> Result)? _evaluation;
    private (long Step, Task<TrainingState> State)? _snapshot;

    /// <summary>Whether no steps are committed, and committing has not failed.</summary>
    public bool MayCommit => _committing.IsCompletedSuccessfully;

    /// <summary>Whether steps are committed.</summary>
    public bool IsCommitting => !_committing.IsCompleted;

    /// <summary>Whether there is no task.</summary>
    public bool IsIdle => !IsCommitting && _evaluation is not { Result.IsCompleted: false } && _snapshot is not { State.IsCompleted: false };

    /// <summary>Commits steps, until it is stopped or the silo leaves.</summary>
    public void Commit(Func<CancellationToken, Task> work) => _committing = CommitUntilStopped(work);

    /// <summary>Waits a moment for the steps.</summary>
    public Task WaitForSteps() => Wait(_committing);

    /// <summary>
    /// The evaluation of the step that the server stands at; null when it takes longer than a
    /// moment.
    /// </summary>
    public async Task<EvaluationResult?> Evaluate(string? traceParent)
    {
        if (_evaluation is not { } evaluation || evaluation.Step != server.Step)
        {
            evaluation = (server.Step, server.Evaluate(traceParent));
            _evaluation = evaluation;
        }

        await Wait(evaluation.Result);
        return evaluation.Result.IsCompleted ? await evaluation.Result : null;
    }

    /// <summary>
    /// The state at the step that the server stands at; null when it takes longer than a moment. A
    /// silo that is asked for it may just have been lost, and the answer to the run must not wait
    /// for that silo.
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

    /// <summary>Lets the steps end after the one that is at hand.</summary>
    /// <returns>The committing, which may have failed.</returns>
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
