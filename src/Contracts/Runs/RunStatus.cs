namespace Mnist.Distributed.Contracts.Runs;

/// <summary>Where a run is in its life.</summary>
public enum RunStatus
{
    /// <summary>No such run has been started.</summary>
    Unknown,

    /// <summary>The run trains.</summary>
    Running,

    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The run was stopped on request, after a whole step.</summary>
    Stopped,

    /// <summary>The run cannot go on; its message says why.</summary>
    Failed,

    /// <summary>The run was training when every silo was lost; it goes on from its record when it is resumed.</summary>
    Interrupted,

    /// <summary>The run's record cannot be read any more; its message says why. Nothing can be done with it.</summary>
    Damaged,
}
