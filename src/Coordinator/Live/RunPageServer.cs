using System.Net;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Dashboard.Clusters;
using Mnist.Distributed.Dashboard.Server;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Live;

/// <summary>The page of <c>mnist train --serve</c>, on this machine only.</summary>
internal sealed class RunPageServer : IAsyncDisposable
{
    private readonly LiveCluster? _cluster;
    private readonly LivePage _page;

    private RunPageServer(LiveCluster? cluster, LivePage page)
    {
        _cluster = cluster;
        _page = page;
    }

    /// <summary>The address of the page.</summary>
    public Uri Address => _page.Address;

    /// <summary>Starts to serve the page.</summary>
    /// <param name="grains">The grains of the cluster of the run.</param>
    /// <param name="place">Where the cluster is found; null for the silo in this process.</param>
    /// <param name="program">The program of silos that are started.</param>
    /// <param name="results">The folder of the results of the run.</param>
    /// <param name="catalogue">Resolves the names in plans.</param>
    /// <exception cref="Contracts.InvalidInputException">
    /// This machine does not have ASP.NET Core.
    /// </exception>
    public static async Task<RunPageServer> Start(IGrainFactory grains, ClusterPlace? place, SiloProgram program, string results, TrainingCatalogue catalogue)
    {
        var cluster = place is null ? null : LiveClusters.At(place, program);
        var shown = cluster ?? (IShownCluster)new OwnSilo();
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(results)))!;
        var page = await LivePage.Start(IPAddress.Loopback, 0, LiveClusters.Content((shown, () => Task.FromResult<IGrainFactory?>(grains)), folder, catalogue));
        return new RunPageServer(cluster, page);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
