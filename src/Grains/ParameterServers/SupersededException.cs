using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// A newer parameter server has taken over the run; the one that is told so stands down.
/// </summary>
[GenerateSerializer, Alias("mnist.SupersededException")]
public sealed class SupersededException : Exception
{
    /// <summary>The generation that stands down.</summary>
    public SupersededException(RunGeneration generation) : base($"Generation {generation.Number} at run {generation.RunId} is superseded by a later one.")
    {
    }
}
