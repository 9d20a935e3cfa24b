using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Mnist.Distributed.Grains.Placement;

/// <summary>
/// Marks a grain whose key ends with its silo: <c>.../number@silo</c>. Everybody who has the key
/// knows the silo of the grain. So the grain can be called while the grain directory of the
/// cluster, which is spread over the silos, waits until a lost silo is declared dead.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnSiloOfKeyAttribute() : PlacementAttribute(new SiloOfKeyPlacement())
{
    /// <inheritdoc />
    public override void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        base.Populate(services, grainClass, grainType, properties);
        properties[WellKnownGrainTypeProperties.GrainDirectory] = SiloOfKeyDirectory.Name;
    }
}

/// <summary>The placement strategy of <see cref="OnSiloOfKeyAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("mnist.SiloOfKeyPlacement")]
public sealed class SiloOfKeyPlacement : PlacementStrategy;

/// <summary>Places a grain on the silo in its key.</summary>
public sealed class SiloOfKeyDirector : IPlacementDirector
{
    /// <inheritdoc />
    /// <exception cref="SiloUnavailableException">The silo is not in the cluster.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = RunKey.SiloOf(target.GrainIdentity);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"silo {silo} is not in the cluster any more");
    }
}
