using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>A newer parameter server has taken over the run; the one that is told so stands down.</summary>
[GenerateSerializer, Alias("mnist.SupersededException")]
public sealed class SupersededException : Exception
{
    /// <summary>The attempt that stands down.</summary>
    public SupersededException(RunAttempt attempt) : base($"Attempt {attempt.Number} at run {attempt.RunId} is superseded by a later one.")
    {
    }
}
