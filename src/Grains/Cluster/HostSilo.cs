namespace Mnist.Distributed.Grains.Cluster;

/// <summary>The silo that hosts a grain.</summary>
/// <param name="View">The cluster as the silo sees it.</param>
/// <param name="Shutdown">Tells when the silo begins to leave, and waits for what is handed
/// over.</param>
/// <param name="Grains">Calls the cluster's grains.</param>
public sealed record HostSilo(SiloView View, GracefulShutdown Shutdown, IGrainFactory Grains);
