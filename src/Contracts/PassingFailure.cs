namespace Mnist.Distributed.Contracts;

/// <summary>Failures of calls to a cluster that come from the loss of a silo.</summary>
public static class PassingFailure
{
    /// <summary>Whether the same call may succeed when it is repeated.</summary>
    public static bool Is(Exception failure) => failure is OrleansException or TimeoutException;
}
