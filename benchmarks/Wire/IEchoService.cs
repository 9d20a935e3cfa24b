using Microsoft.Extensions.Logging;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.State;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Mnist.Distributed.Benchmarks.Wire;

/// <summary>Sends back what a step sends back: a vector of the same length, in memory of its own.</summary>
public interface IEchoService : IGrainService
{
    /// <summary>Nothing there and nothing back.</summary>
    Task Empty();

    /// <summary>A vector there and one back, in place if both sides can map it.</summary>
    Task<ParameterVector> Echo(ParameterVector vector, bool near);
}

/// <summary>Reaches the echo of another silo.</summary>
public sealed class EchoClient(IServiceProvider services) : GrainServiceClient<IEchoService>(services), IGrainServiceClient<IEchoService>
{
    /// <summary>The echo of a silo.</summary>
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
        // As a replica does, it reads all that has come and writes all that goes.
        _answer = _answer?.Length == vector.Length ? _answer : new FlatVector(vector.Length, shared: true);
        vector.Span.CopyTo(_answer.Span);
        return Task.FromResult(near ? _answer.Wire.SharedReference : _answer.Wire);
    }
}
