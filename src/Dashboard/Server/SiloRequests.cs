using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Dashboard.Clusters;

namespace Mnist.Distributed.Dashboard.Server;

/// <summary>Requests that start and end silos.</summary>
internal static class SiloRequests
{
    /// <summary>Maps the requests.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/silos/{silo}/kill", (string silo, PageContent content) => Do(content, cluster => cluster.Kill(silo)));
        api.MapPost("/silos/{silo}/stop", (string silo, PageContent content) => Do(content, cluster => cluster.Leave(silo)));
        api.MapPost("/silos", (PageContent content) => Do(content, cluster => cluster.Add()));
    }

    private static async Task<IResult> Do(PageContent content, Func<IShownCluster, Task> action)
    {
        var cluster = content.Cluster;
        InvalidInputException.Require(cluster is { CanChange: true }, "Silos can be started and ended on local clusters only.");
        await action(cluster!);
        return TypedResults.NoContent();
    }
}
