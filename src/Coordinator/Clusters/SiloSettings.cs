using Mnist.Distributed.Contracts;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>
/// What the silos of a local cluster get when they are started, until the cluster is taken down.
/// All silos of a cluster get the same.
/// </summary>
/// <param name="folder">The folder of the cluster.</param>
internal sealed class SiloSettings(ClusterFolder folder)
{
    private string DownFirst => $"end the cluster with 'mnist cluster down --cluster {folder.Name}' first";

    /// <summary>
    /// Sets the folder in which silos look for the models of <c>--models-from</c>.
    /// </summary>
    /// <param name="models">The folder.</param>
    /// <param name="cancellation">Ends the wait for other commands.</param>
    /// <exception cref="InvalidInputException">Silos run that look elsewhere.</exception>
    public async Task UseModels(string models, CancellationToken cancellation)
    {
        using var only = await folder.Lock(cancellation);
        Require(
            !HasSilos() || folder.Models == models,
            $"The silos of cluster {folder.Name} look for models in {(folder.Models is { } other ? Printable.Of(other) : "no folder")}: put the file there, or {DownFirst}.");
        folder.Models = models;
    }

    /// <summary>Lets silos speak by TCP and mutual TLS.</summary>
    /// <param name="cancellation">Ends the wait for other commands.</param>
    /// <exception cref="InvalidInputException">Silos run that speak by sockets.</exception>
    public async Task UseTls(CancellationToken cancellation)
    {
        using var only = await folder.Lock(cancellation);
        Require(!HasSilos() || folder.UsesTls, $"The silos of cluster {folder.Name} speak by Unix sockets: {DownFirst}.");
        folder.UsesTls = true;
    }

    /// <summary>Sets the number of compute threads of each silo.</summary>
    /// <param name="threads">The number.</param>
    /// <param name="cancellation">Ends the wait for other commands.</param>
    /// <exception cref="InvalidInputException">Silos run that have another number.</exception>
    public async Task UseThreads(int threads, CancellationToken cancellation)
    {
        using var only = await folder.Lock(cancellation);
        Require(
            !HasSilos() || folder.Threads == threads,
            $"The silos of cluster {folder.Name} have {(folder.Threads is { } other ? $"{other} threads each" : "their shares of the processors as threads")}: {DownFirst}.");
        folder.Threads = threads;
    }

    private bool HasSilos() => folder.Silos().Any(silo => silo.IsAlive);
}
