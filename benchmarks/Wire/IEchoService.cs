using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Vectors;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Mnist.Distributed.Benchmarks.Wire;

/// <summary>
/// Answers as a replica answers a step: with a vector of the same length, in memory of its own.
/// </summary>
public interface IEchoService : IGrainService
{
    /// <summary>A call without arguments and without an answer.</summary>
    Task Empty();

    /// <summary>
    /// Sends a vector and returns one. If <paramref name="near"/> is true, the answer is a
    /// shared-memory reference if both sides can map it.
    /// </summary>
    Task<ParameterVector> Echo(ParameterVector vector, bool near);
}

/// <summary>Reaches the echo service of another silo.</summary>
public sealed class EchoClient(IServiceProvider services) : GrainServiceClient<IEchoService>(services), IGrainServiceClient<IEchoService>
{
    /// <summary>The echo service of a silo.</summary>
    public IEchoService On(SiloAddress silo) => GetGrainService(silo);
}

/// <inheritdoc cref="IEchoService" />
public sealed class EchoService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers) : GrainService(id, silo, loggers), IEchoService
{
    private FlatVector? _answer;

    /// <inheritdoc />
    public Task Empty() => Task.CompletedTask;

    /// <inheritdoc />
    public Task<ParameterVector> Echo(ParameterVector vector, bool near)
    {
        // Like a replica, the service reads the whole vector that it gets and writes the whole
        // answer.
        _answer = _answer?.Length == vector.Length ? _answer : new FlatVector(vector.Length, shared: true);
        vector.Span.CopyTo(_answer.Span);
        return Task.FromResult(near ? _answer.Wire.SharedReference : _answer.Wire);
    }
}
