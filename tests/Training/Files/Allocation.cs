namespace Mnist.Distributed.Tests.Training.Files;

/// <summary>Measures what the calling thread allocates.</summary>
internal static class Allocation
{
    public static long Of(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
