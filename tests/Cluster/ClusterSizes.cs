using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>Clusters of one, two and three silos.</summary>
public sealed class ClusterSizes : IAsyncLifetime
{
    public UserHome Home { get; } = new();

    public static string NameOf(int silos) => $"of-{silos}";

    public async ValueTask InitializeAsync() => await Task.WhenAll(Enumerable.Range(1, 3).Select(silos => Home.Up(NameOf(silos), silos)));

    public ValueTask DisposeAsync() => Home.DisposeAsync();
}
