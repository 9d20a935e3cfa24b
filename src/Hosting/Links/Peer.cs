using Mnist.Distributed.Hosting.Identity;

namespace Mnist.Distributed.Hosting.Links;

/// <summary>The other end of a connection that a silo has accepted.</summary>
/// <param name="Role">What it may do.</param>
/// <param name="Name">Its name, for messages.</param>
internal sealed record Peer(ClusterRole Role, string Name)
{
    /// <summary>A process that may do all that can be done by the port it has reached.</summary>
    public static Peer AtPort(ClusterRole role) => new(role, "this machine");
}
