using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// A newer generation of the parameter server exists. The older one, which gets this exception,
/// must stop.
/// </summary>
[GenerateSerializer, Alias("mnist.SupersededException")]
public sealed class SupersededException : Exception
{
    /// <summary>Creates the exception for the older generation.</summary>
    public SupersededException(RunGeneration generation) : base($"Generation {generation.Number} at run {generation.RunId} is superseded by a later one.")
    {
    }
}
