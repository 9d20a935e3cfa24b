namespace Mnist.Distributed.Tests.Simulation.Clock;

/// <summary>
/// A process of the operating system: it runs, is stopped for a while, or has ended.
/// </summary>
internal sealed class Process(Timeline timeline)
{
    private readonly List<Action> _held = [];

    /// <summary>Whether the process has ended.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it is stopped, as by SIGSTOP.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>
    /// Runs an action: at once if the process runs, later if it is stopped, never if it has ended.
    /// </summary>
    public void Do(Action what)
    {
        if (IsStopped)
        {
            _held.Add(what);
        }
        else if (!IsDead)
        {
            what();
        }
    }

    /// <summary>Kills it.</summary>
    public void Kill()
    {
        (IsDead, IsStopped) = (true, false);
        _held.Clear();
    }

    /// <summary>Stops it.</summary>
    public void Stop() => IsStopped = !IsDead;

    /// <summary>Resumes the process. The actions that had to wait run in any order.</summary>
    public void Continue()
    {
        IsStopped = false;
        foreach (var what in _held)
        {
            timeline.After(TimeSpan.Zero, this, what);
        }

        _held.Clear();
    }
}
