using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>A silo that takes part in a run.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Replica">Its replica service.</param>
/// <param name="Report">What it said of itself.</param>
public sealed record Member(SiloAddress Silo, IReplicaService Replica, SiloReport Report);
