using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>What the command line of <c>mnist sweep</c> says about the sweep itself.</summary>
/// <param name="Random">How many trials are drawn; null for all combinations.</param>
/// <param name="Seed">The seed of the draws.</param>
/// <param name="Halving">Of so many trials the best goes on at each rung; 0 for all.</param>
/// <param name="Place">The cluster; null for this process.</param>
/// <param name="Threads">Value of <c>--threads</c>; null without this option.</param>
/// <param name="Detach">Whether the command ends when the sweep has begun.</param>
/// <param name="Folder">Value of <c>--out</c>; null for <c>runs/&lt;sweep id&gt;</c>.</param>
/// <param name="Force">Whether the results of another sweep may be overwritten.</param>
/// <param name="Reports">Whether each trial gets a report on the test images.</param>
/// <param name="Json">Whether the progress is printed as JSON lines.</param>
/// <param name="Command">The command that repeats the sweep.</param>
internal sealed record SweepRequest(
    int? Random,
    long Seed,
    int Halving,
    ClusterPlace? Place,
    int? Threads,
    bool Detach,
    string? Folder,
    bool Force,
    bool Reports,
    bool Json,
    string Command);
