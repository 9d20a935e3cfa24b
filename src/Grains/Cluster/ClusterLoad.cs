using Mnist.Distributed.Contracts.Runs;

namespace Mnist.Distributed.Grains.Cluster;

/// <summary>Asks the silos of a cluster what they have to do.</summary>
public static class ClusterLoad
{
    /// <summary>
    /// How long a silo may take to answer. A silo that works answers at once, because the question
    /// needs no compute thread.
    /// </summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>The loads of the active silos that answer.</summary>
    /// <param name="roster">The silos.</param>
    /// <param name="time">The clock.</param>
    public static async Task<IReadOnlyDictionary<SiloAddress, SiloLoad>> Of(IRoster roster, TimeProvider time)
    {
        var asked = roster.Active.Select(silo => (Silo: silo, Answer: roster.On(silo).Load())).ToArray();
        var all = Task.WhenAll(asked.Select(ask => ask.Answer));
        await Task.WhenAny(all, Task.Delay(AnswerTimeout, time));
        all.Ignore();
        return asked.Where(ask => ask.Answer.IsCompletedSuccessfully).ToDictionary(ask => ask.Silo, ask => ask.Answer.Result);
    }
}
