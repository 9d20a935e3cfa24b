using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Cluster;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Answers the calls of the driver, the run grain. Each call says up to which step to train, and is
/// answered within a fraction of a second. If training has passed a checkpoint while nobody drove
/// the run, the call about this checkpoint gets the kept checkpoint.
/// </summary>
/// <param name="generation">The generation of the parameter server.</param>
/// <param name="server">The parameter server.</param>
/// <param name="tasks">The tasks of the parameter server.</param>
/// <param name="undriven">Continues the training when the driver does not call.</param>
/// <param name="silo">The silo of the parameter server.</param>
public sealed class DrivenServer(RunGeneration generation, ParameterServer server, ServerTasks tasks, UndrivenTraining undriven, HostSilo silo)
{
    private readonly PassedCheckpoints _passed = undriven.Passed;

    /// <summary>The participants.</summary>
    public IReadOnlyList<SiloReport> Silos => server.Silos;

    /// <inheritdoc cref="ParameterServer.Step" />
    public long Step => server.Step;

    /// <inheritdoc cref="IParameterServerGrain.Advance" />
    public async Task<StepProgress> Advance(long targetStep, long durableStep)
    {
        server.NoteDurable(durableStep);
        _passed.DropBefore(durableStep);
        await CommitTowards(targetStep);
        return _passed.At(targetStep) is { } passed
            ? new StepProgress(targetStep, passed.State.Totals, null, server.Incidents, passed.Seconds, server.Paces)
            : new StepProgress(server.Step, server.Totals, server.DivergedAt, server.Incidents, server.Seconds, server.Paces);
    }

    /// <inheritdoc cref="IParameterServerGrain.Evaluate" />
    public async Task<EvaluationResult?> Evaluate(long step)
    {
        var reached = await CommitTowards(step);
        return _passed.At(step)?.Evaluation is { } known ? known
            : reached ? await tasks.Evaluate()
            : server.Step <= step ? null
            : throw Gone(step);
    }

    /// <inheritdoc cref="IParameterServerGrain.GetState" />
    public async Task<TrainingState?> GetState(long step)
    {
        var reached = await CommitTowards(step);
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

    /// <summary>Stops all work, because the activation of the grain ends.</summary>
    public async Task End()
    {
        undriven.End();
        await (await tasks.Stop()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        server.Dispose();
    }

    /// <summary>
    /// Starts to commit steps up to a step if this is necessary, and waits a moment. If the
    /// checkpoint at the step is kept already, the method does nothing.
    /// </summary>
    /// <returns>Whether training has stopped exactly at the step.</returns>
    private async Task<bool> CommitTowards(long step)
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
            undriven.Aim(step);
            tasks.Commit(stop => server.CommitUntil(step, stop));
        }

        await tasks.WaitForSteps();
        return silo.Shutdown.Announced.IsCancellationRequested && !tasks.IsCommitting
            ? throw new SiloUnavailableException($"{silo.View.Name} is shutting down")
            : !tasks.IsCommitting && server.Step == step;
    }

    /// <summary>
    /// The error for a driver that asks about a step whose state is not known any more. This
    /// happens when a driver comes back after another driver has got further. The driver answers
    /// with a new generation, which continues from the record of this driver.
    /// </summary>
    private InvalidOperationException Gone(long step) =>
        new($"generation {generation.Number} is at step {server.Step} and does not know any more what was at step {step}");
}
