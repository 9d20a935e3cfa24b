using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Epochs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Watches whether a parameter server is driven. If nobody has driven it for a while, training goes
/// on from checkpoint to checkpoint and keeps what the driver will ask for at each.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="server">The parameter server.</param>
/// <param name="tasks">Its tasks.</param>
/// <param name="silo">Its silo.</param>
/// <param name="options">The limits.</param>
public sealed class UndrivenTraining(RunHandover run, ParameterServer server, ServerTasks tasks, HostSilo silo, ParameterServerOptions options)
{
    private readonly EpochPolicy _policy = new(run.Plan, run.Options);
    private readonly TimeProvider _time = silo.View.Time;
    private long _target = server.Step;
    private string? _traceParent;
    private long _lastDriven = silo.View.Time.GetTimestamp();
    private bool _stopped;
    private bool _ended;

    /// <summary>What is kept for the driver.</summary>
    public PassedCheckpoints Passed { get; } = new();

    private TimeSpan Silence => _time.GetElapsedTime(_lastDriven);

    /// <summary>
    /// Whether training stands at a checkpoint, nobody has said for a while how to go on, and it
    /// can go on all the same.
    /// </summary>
    private bool IsLeftAlone =>
        Silence > options.DriverTimeout
        && server.Step == _target
        && server.Step > 0
        && server.Step < run.Plan.TotalSteps
        && server.DivergedAt is null
        && !silo.Shutdown.Announced.IsCancellationRequested
        && Passed.HasRoom;

    /// <summary>Takes note that the driver has called.</summary>
    public void NoteDriven() => _lastDriven = _time.GetTimestamp();

    /// <summary>Takes note of the step that the driver has training commit steps to.</summary>
    public void Aim(long target, string? traceParent) => (_target, _traceParent) = (target, traceParent);

    /// <summary>Lets training not go on by itself any more.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Ends the watch.</summary>
    public void End() => (_stopped, _ended) = (true, true);

    /// <summary>
    /// Watches until <see cref="End"/>, or until nobody needs the parameter server.
    /// </summary>
    /// <param name="generation">The parameter server's generation.</param>
    /// <returns>Whether nobody needs it.</returns>
    public async Task<bool> Watch(RunGeneration generation)
    {
        while (!_ended)
        {
            await Task.Delay(ServerTasks.Moment, _time);
            if (!_ended && await IsForgotten(generation))
            {
                return true;
            }

            if (!_stopped && tasks.IsIdle && tasks.MayCommit && IsLeftAlone)
            {
                server.NoteAlone(Silence);
                tasks.Commit(PassCheckpoints);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether nobody needs the parameter server any more: it has no task, and the run has ended or
    /// goes on elsewhere.
    /// </summary>
    private async Task<bool> IsForgotten(RunGeneration generation) =>
        tasks.IsIdle && Silence > options.ForgottenAfter && !await silo.View.Roster.On(silo.View.Address).Holds(generation.RunId);

    /// <summary>
    /// Goes on from checkpoint to checkpoint, and keeps what the driver will ask for there.
    /// </summary>
    private async Task PassCheckpoints(CancellationToken stop)
    {
        while (IsLeftAlone && !stop.IsCancellationRequested)
        {
            var milestone = _policy.At(server.Step);
            var evaluation = milestone.EndsEpoch ? await server.Evaluate(_traceParent) : null;
            Passed.Add(new PassedCheckpoint(await server.GetState(), evaluation, server.Seconds));
            _target = _policy.After(milestone).Step;
            await server.CommitUntil(_target, _traceParent, stop);
        }
    }
}
