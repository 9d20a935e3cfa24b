using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Coordinator.Clusters;

/// <summary>Asks the silos of a cluster what they have to do.</summary>
internal static class SiloAnswers
{
    /// <summary>How long the silos may take in all. They answer at once if they can.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int Attempts = 3;

    /// <summary>
    /// States of silos with what the silos say themselves, as far as they answer.
    /// </summary>
    /// <param name="silos">The states.</param>
    /// <param name="grains">The grains of their cluster.</param>
    public static async Task<IReadOnlyList<SiloState>> AddTo(IReadOnlyList<SiloState> silos, IGrainFactory grains)
    {
        try
        {
            // A silo that has just started may need longer for its first answer than it gets.
            for (var attempt = 0; attempt < Attempts && silos.Any(silo => silo is { State: SiloState.Active, Threads: null }); attempt++)
            {
                var loads = await grains.GetGrain<IClusterGrain>(IClusterGrain.Key).Silos().WaitAsync(Patience);
                silos = [.. silos.Select(silo => silo.With(loads))];
            }
        }
        catch (Exception silent) when (PassingFailure.Is(silent) || silent is ArgumentException or NotSupportedException or NotImplementedException)
        {
            // Silos of an older version do not know the question.
        }

        return silos;
    }

    /// <summary>States of the silos of a local cluster, with what those that answer say.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The states, and whether a silo has answered.</returns>
    public static async Task<(IReadOnlyList<SiloState> Silos, bool HasAnswer)> Of(LocalCluster cluster)
    {
        var silos = cluster.Silos();
        if (silos.All(silo => silo.State != SiloState.Active))
        {
            return (silos, false);
        }

        try
        {
            await using var connection = await cluster.Join(sendsTelemetry: false).WaitAsync(Patience);
            silos = await AddTo(silos, connection.Grains);
        }
        catch (Exception silent) when (silent is InvalidInputException || PassingFailure.Is(silent))
        {
            // The processes are listed all the same.
        }

        return (silos, silos.Any(silo => silo.Threads is not null));
    }
}
