using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Links;
using Mnist.Distributed.Hosting.Stores;
using Mnist.Distributed.Tests.Hosting.Transport.Guard;

namespace Mnist.Distributed.Tests.Security;

/// <summary>What a client of the project's assemblies sends when it calls a method.</summary>
internal static class RecordedCalls
{
    /// <summary>
    /// Lets a client call every method of every grain. The calls are written down and do not reach
    /// the cluster.
    /// </summary>
    /// <param name="cluster">Name of the cluster.</param>
    /// <param name="store">Its store.</param>
    /// <param name="link">How somebody who may come in reaches it.</param>
    /// <param name="run">The key of the grains that are called.</param>
    /// <param name="cancellation">Ends the wait for the calls.</param>
    /// <returns>The bytes of a connection that makes the call, for each call.</returns>
    public static async Task<IReadOnlyDictionary<Call, byte[]>> Of(string cluster, IClusterStore store, ClusterLink link, string run, CancellationToken cancellation)
    {
        var recording = new RecordingLink(link);
        using var client = new HostileClient(cluster, store, recording);
        await client.Connect();
        recording.IsMuted = true;
        var recorded = new Dictionary<Call, byte[]>();
        foreach (var method in HostileClient.Methods)
        {
            var call = Call.Of(method)!;
            var name = Frames.Of(call.Interface, call.Method);
            var connection = await recording.Sent(name, client.Call(method, run), cancellation);
            recorded[call] = connection.With(name)!;
        }

        return recorded;
    }
}
