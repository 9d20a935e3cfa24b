using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The memory of the machine that this silo is on.</summary>
public sealed class MachineMemory(ILocalSiloDetails self, ISiloStatusOracle membership)
{
    /// <summary>
    /// Refuses a plan that does not fit. The silos of one address are on one machine and divide its
    /// memory.
    /// </summary>
    /// <exception cref="InvalidInputException">It does not fit.</exception>
    public void Check(TrainingSetup setup)
    {
        var silos = membership.GetApproximateSiloStatuses(onlyActive: true).Keys;
        var here = silos.Count(silo => silo.Endpoint.Address.Equals(self.SiloAddress.Endpoint.Address));
        var need = MemoryNeed.Of(setup.Plan, setup.Size, Math.Max(here, 1), Math.Max(silos.Count, 1));
        need.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, $"the machine of silo {self.Name}");
    }
}
