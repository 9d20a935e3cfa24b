using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains;
using Mnist.Distributed.Tests.Simulation.Cluster;

namespace Mnist.Distributed.Tests.Simulation.Network;

/// <summary>The line from a node to a parameter server, whose key names its silo.</summary>
internal sealed class ServerLine(Wires wires, Node from, string key) : IParameterServerGrain
{
    private readonly SiloAddress _silo = RunKey.SiloOf(GrainId.Create(nameof(IParameterServerGrain), key));
    private readonly long _generation = RunKey.Parse(GrainId.Create(nameof(IParameterServerGrain), key)).Number;

    /// <inheritdoc />
    public Task<IReadOnlyList<SiloReport>> Begin(RunHandover handover) => wires.Call(from, _silo, handover, (silo, arrived) =>
    {
        silo.Checker.Begins(_generation, silo.Name);
        return Serve(silo, server => server.Begin(arrived));
    });

    /// <inheritdoc />
    public Task<StepProgress> Advance(long targetStep, long durableStep) =>
        Call((targetStep, durableStep), (server, request) => server.Advance(request.targetStep, request.durableStep));

    /// <inheritdoc />
    public Task<EvaluationResult?> Evaluate(long step) => Call(step, (server, request) => server.Evaluate(request));

    /// <inheritdoc />
    public Task<TrainingState?> GetState(long step) => Call(step, (server, request) => server.GetState(request));

    /// <inheritdoc />
    public Task<TrainingState> Stop() => Call(0, (server, _) => server.Stop());

    /// <inheritdoc />
    public Task Release() => Call(0, async (server, _) =>
    {
        await server.Release();
        return true;
    });

    private Task<TReply> Call<TRequest, TReply>(TRequest request, Func<IParameterServerGrain, TRequest, Task<TReply>> call) =>
        wires.Call(from, _silo, request, (silo, arrived) => Serve(silo, server => call(server, arrived)));

    private Task<TReply> Serve<TReply>(SimulatedSilo silo, Func<IParameterServerGrain, Task<TReply>> call) => silo.Grains.Serve(key, call);
}
