using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>A newer parameter server has taken over the run; the one that is told so stands down. Stays within a silo.</summary>
public sealed class SupersededException(RunAttempt attempt)
    : Exception($"Attempt {attempt.Number} at run {attempt.RunId} is superseded by a later one.");
