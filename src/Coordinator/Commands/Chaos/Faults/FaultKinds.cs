using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>The kinds of faults. A new kind is a class in this folder and a line here.</summary>
internal static class FaultKinds
{
    /// <summary>All kinds; the order is part of what a seed draws.</summary>
    public static readonly IReadOnlyList<FaultKind> All =
    [
        new KillFault(),
        new StopFault(),
        new SlowFault(),
        new LeaveFault(),
        new AddFault(),
        new PowerCutFault(),
    ];

    /// <summary>Draws a kind by the weights.</summary>
    /// <param name="random">The random numbers.</param>
    /// <param name="alive">Silos that are alive; the last one is not ended.</param>
    public static FaultKind Draw(Random random, int alive)
    {
        var left = random.Next(All.Sum(kind => kind.Weight));
        foreach (var kind in All)
        {
            if (left < kind.Weight && (alive > 1 || !kind.EndsSilo) && (Signals.CanSuspend || !kind.Suspends))
            {
                return kind;
            }

            left = Math.Max(0, left - kind.Weight);
        }

        return All[^1];
    }
}
