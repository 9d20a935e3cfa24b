namespace Mnist.Distributed.Tests.Simulation.Clock;

/// <summary>A process of the operating system: it runs, is stopped for a while, or is gone.</summary>
internal sealed class Process(Timeline timeline)
{
    private readonly List<Action> _held = [];

    /// <summary>Whether it is gone for good.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it is stopped, as by SIGSTOP.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Does something now, when the process goes on, or never.</summary>
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

    /// <summary>Lets it go on; what has come meanwhile happens in any order.</summary>
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
