using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>Checks plans against the memory of the machine of this silo.</summary>
public sealed class MachineMemory(ILocalSiloDetails self, ISiloStatusOracle membership)
{
    /// <summary>
    /// Throws if the run does not fit. Silos with the same IP address are on one machine and share
    /// its memory.
    /// </summary>
    /// <exception cref="InvalidInputException">The run does not fit.</exception>
    public void Check(TrainingSetup setup)
    {
        var silos = membership.GetApproximateSiloStatuses(onlyActive: true).Keys;
        var here = silos.Count(silo => silo.Endpoint.Address.Equals(self.SiloAddress.Endpoint.Address));
        var need = MemoryNeed.Of(setup.Plan, setup.Size, Math.Max(here, 1), Math.Max(silos.Count, 1));
        need.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, $"the machine of silo {self.Name}");
    }
}
