using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// A parameter server at the call of its driver, the run's grain. Each call says how far to train
/// and is answered within a moment; at a checkpoint that was passed while nobody drove, the call is
/// answered with what was kept.
/// </summary>
/// <param name="generation">The generation.</param>
/// <param name="server">The parameter server.</param>
/// <param name="tasks">Its tasks.</param>
/// <param name="undriven">Goes on when the driver does not call.</param>
/// <param name="silo">Its silo.</param>
public sealed class DrivenServer(RunGeneration generation, ParameterServer server, ServerTasks tasks, UndrivenTraining undriven, HostSilo silo)
{
    private readonly PassedCheckpoints _passed = undriven.Passed;

    /// <summary>The silos that take part.</summary>
    public IReadOnlyList<SiloReport> Silos => server.Silos;

    /// <inheritdoc cref="ParameterServer.Step" />
    public long Step => server.Step;

    /// <inheritdoc cref="IParameterServerGrain.Advance" />
    public async Task<StepProgress> Advance(long targetStep, long durableStep, string? traceParent)
    {
        server.NoteDurable(durableStep);
        _passed.DropBefore(durableStep);
        await CommitTowards(targetStep, traceParent);
        return _passed.At(targetStep) is { } passed
            ? new StepProgress(targetStep, passed.State.Totals, null, server.Incidents, passed.Seconds)
            : new StepProgress(server.Step, server.Totals, server.DivergedAt, server.Incidents, server.Seconds);
    }

    /// <inheritdoc cref="IParameterServerGrain.Evaluate" />
    public async Task<EvaluationResult?> Evaluate(long step, string? traceParent)
    {
        var reached = await CommitTowards(step, traceParent);
        return _passed.At(step)?.Evaluation is { } known ? known
            : reached ? await tasks.Evaluate(traceParent)
            : server.Step <= step ? null
            : throw Gone(step);
    }

    /// <inheritdoc cref="IParameterServerGrain.GetState" />
    public async Task<TrainingState?> GetState(long step, string? traceParent)
    {
        var reached = await CommitTowards(step, traceParent);
        return _passed.At(step) is { } passed ? passed.State
            : reached ? await tasks.GetState()
            : server.Step <= step ? null
            : throw Gone(step);
    }

    /// <inheritdoc cref="IParameterServerGrain.Stop" />
    public async Task<TrainingState> Stop()
    {
        undriven.Stop();
        await await tasks.Stop();
        return await server.GetState();
    }

    /// <inheritdoc cref="IParameterServerGrain.Release" />
    public Task Release() => server.Release();

    /// <summary>Ends the work because the activation ends.</summary>
    public async Task End()
    {
        undriven.End();
        await (await tasks.Stop()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>
    /// Sees to it that steps are committed, and waits a moment; not for a checkpoint that was
    /// passed already.
    /// </summary>
    /// <returns>Whether training stands at the step.</returns>
    private async Task<bool> CommitTowards(long step, string? traceParent)
    {
        undriven.NoteDriven();
        if (_passed.At(step) is not null)
        {
            return false;
        }

        if (tasks.IsIdle)
        {
            server.NoteWait();
        }

        if (tasks.MayCommit && server.Step < step)
        {
            undriven.Aim(step, traceParent);
            tasks.Commit(stop => server.CommitUntil(step, traceParent, stop));
        }

        await tasks.WaitForSteps();
        return silo.Shutdown.Announced.IsCancellationRequested && !tasks.IsCommitting
            ? throw new SiloUnavailableException($"{silo.View.Name} is shutting down")
            : !tasks.IsCommitting && server.Step == step;
    }

    /// <summary>
    /// Tells a driver whose record ends before another driver's that the state of a step is not
    /// known any more. The driver lets a new generation go on from its record.
    /// </summary>
    private InvalidOperationException Gone(long step) =>
        new($"generation {generation.Number} is at step {server.Step} and does not know any more what was at step {step}");
}
