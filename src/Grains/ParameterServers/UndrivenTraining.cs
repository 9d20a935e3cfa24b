using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Cluster;
using Mnist.Distributed.Grains.Epochs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Watches whether the run grain drives the parameter server. If nobody has driven it for a while,
/// training continues from checkpoint to checkpoint, and at each one keeps the data that the driver
/// will ask for.
/// </summary>
/// <param name="run">Plan and options of the run.</param>
/// <param name="server">The parameter server.</param>
/// <param name="tasks">The tasks of the parameter server.</param>
/// <param name="silo">The silo of the parameter server.</param>
/// <param name="options">The timeouts.</param>
public sealed class UndrivenTraining(RunHandover run, ParameterServer server, ServerTasks tasks, HostSilo silo, ParameterServerOptions options)
{
    private readonly EpochPolicy _policy = new(run.Plan, run.Options);
    private readonly TimeProvider _time = silo.View.Time;
    private long _target = server.Step;
    private long _lastDriven = silo.View.Time.GetTimestamp();
    private bool _stopped;
    private bool _ended;

    /// <summary>The checkpoints that are kept for the driver.</summary>
    public PassedCheckpoints Passed { get; } = new();

    private TimeSpan Silence => _time.GetElapsedTime(_lastDriven);

    /// <summary>
    /// Whether training waits at a checkpoint, no driver has called for a while, and training can
    /// continue without a driver.
    /// </summary>
    private bool IsUndriven =>
        Silence > options.DriverTimeout
        && server.Step == _target
        && server.Step > 0
        && !server.MayBeOver
        && server.DivergedAt is null
        && !silo.Shutdown.Announced.IsCancellationRequested
        && Passed.HasRoom;

    /// <summary>Notes that the driver has called.</summary>
    public void NoteDriven() => _lastDriven = _time.GetTimestamp();

    /// <summary>Notes the target step of the driver.</summary>
    public void Aim(long target) => _target = target;

    /// <summary>Training does not continue without a driver any more.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Ends the watch.</summary>
    public void End() => (_stopped, _ended) = (true, true);

    /// <summary>
    /// Watches until <see cref="End"/> is called or nobody needs the parameter server any more.
    /// </summary>
    /// <param name="generation">The generation of the parameter server.</param>
    /// <returns>Whether nobody needs the parameter server any more.</returns>
    public async Task<bool> Watch(RunGeneration generation)
    {
        while (!_ended)
        {
            await Task.Delay(ServerTasks.Moment, _time);
            if (!_ended && await IsNotNeeded(generation))
            {
                return true;
            }

            if (!_stopped && tasks.IsIdle && tasks.MayCommit && IsUndriven)
            {
                server.NoteAlone(Silence);
                tasks.Commit(PassCheckpoints);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether nobody needs the parameter server any more: it has no task, no driver has called for
    /// a while, and its silo does not hold the run, because the run has ended or continues
    /// elsewhere.
    /// </summary>
    private async Task<bool> IsNotNeeded(RunGeneration generation) =>
        tasks.IsIdle && Silence > options.ForgottenAfter && !await silo.View.Roster.On(silo.View.Address).Holds(generation.RunId);

    /// <summary>
    /// Trains from checkpoint to checkpoint, and keeps the data that the driver will ask for at
    /// each of them.
    /// </summary>
    private async Task PassCheckpoints(CancellationToken stop)
    {
        while (IsUndriven && !stop.IsCancellationRequested)
        {
            var milestone = _policy.At(server.Step);
            var evaluation = milestone.EndsEpoch ? await server.Evaluate() : null;
            Passed.Add(new PassedCheckpoint(await server.GetState(), evaluation, server.Seconds));
            if (server.MayBeOver)
            {
                return;
            }

            _target = _policy.After(milestone).Step;
            await server.CommitUntil(_target, stop);
        }
    }
}
