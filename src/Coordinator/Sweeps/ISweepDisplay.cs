using Mnist.Distributed.Contracts.Sweeps;
using Mnist.Distributed.Reports.Sweeps;

namespace Mnist.Distributed.Coordinator.Sweeps;

/// <summary>Shows a sweep while it trains.</summary>
internal interface ISweepDisplay
{
    /// <summary>Shows what the sweep trains.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="cluster">Its cluster; null for this process.</param>
    /// <param name="folder">The folder of the results; null if they are not written.</param>
    void Open(SweepResults sweep, SweepPlan plan, string? cluster, string? folder);

    /// <summary>Shows a trial that is over.</summary>
    void Trial(SweepResults sweep, TrialResult trial);

    /// <summary>Shows how far the sweep has got.</summary>
    void Progress(SweepResults sweep, SweepProgress progress);

    /// <summary>Shows a sentence.</summary>
    void Note(string sentence);

    /// <summary>Shows the results at the end.</summary>
    void Close(SweepResults sweep, string? folder);
}
