namespace Mnist.Distributed.Contracts.Runs;

/// <summary>The status of a run.</summary>
public enum RunStatus
{
    /// <summary>No such run has been started.</summary>
    Unknown,

    /// <summary>The run is training.</summary>
    Running,

    /// <summary>All epochs are done, or the run has stopped early as its plan says.</summary>
    Completed,

    /// <summary>Somebody stopped the run, after a whole step.</summary>
    Stopped,

    /// <summary>The run cannot continue. Its message says why.</summary>
    Failed,

    /// <summary>
    /// The run was training when every silo was lost. A resume continues it from its record.
    /// </summary>
    Interrupted,

    /// <summary>
    /// The record of the run cannot be read any more, so nothing can be done with the run. Its
    /// message says why.
    /// </summary>
    Damaged,

    /// <summary>The run waits until no other run trains on the cluster.</summary>
    Queued,
}
