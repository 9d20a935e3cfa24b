namespace Mnist.Distributed.Grains.Cluster;

/// <summary>The silo that hosts a grain.</summary>
/// <param name="View">The silo and its view of the cluster.</param>
/// <param name="Shutdown">
/// The graceful shutdown of the silo. It says when the silo begins to drain, and waits for work
/// that is handed over.
/// </param>
/// <param name="Grains">Creates references to the grains of the cluster.</param>
public sealed record HostSilo(SiloView View, GracefulShutdown Shutdown, IGrainFactory Grains);
