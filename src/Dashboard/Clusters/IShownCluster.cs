using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Dashboard.Clusters;

/// <summary>The cluster that a page shows.</summary>
public interface IShownCluster
{
    /// <summary>Name of the cluster.</summary>
    string Name { get; }

    /// <summary>Whether silos can be started and ended from here.</summary>
    bool CanChange { get; }

    /// <summary>
    /// The silos now; those that are gone are among them while somebody misses them.
    /// </summary>
    Task<IReadOnlyList<ShownSilo>> Silos();

    /// <summary>Ends a silo at once, as a fault would.</summary>
    /// <exception cref="InvalidInputException">
    /// There is no such silo, or it cannot be ended from here.
    /// </exception>
    Task Kill(string silo);

    /// <summary>Asks a silo to hand its work over and to leave.</summary>
    /// <exception cref="InvalidInputException">
    /// There is no such silo, or it cannot be ended from here.
    /// </exception>
    Task Leave(string silo);

    /// <summary>
    /// Starts silos in place of those that are gone; if none is gone, starts one more.
    /// </summary>
    /// <exception cref="InvalidInputException">Silos cannot be started from here.</exception>
    Task Add();
}
