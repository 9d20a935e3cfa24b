using Mnist.Distributed.Hosting.Border;

namespace Mnist.Distributed.Coordinator.Output;

/// <summary>Says on standard error what a command is at when nothing has been written for a second, so that nobody waits without a word.</summary>
internal sealed class SlowWork : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>What goes on that takes long is told again after so much silence.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private static string? _doing;

    private readonly Timer _timer;
    private string? _said;

    /// <summary>Watches until disposed.</summary>
    public SlowWork() => _timer = new Timer(_ => Look(), null, Interval, Interval);

    /// <summary>Names what the command does from now on, as in "connecting to cluster local"; null when it speaks for itself.</summary>
    public static void Is(string? doing) => Volatile.Write(ref _doing, doing);

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        Is(null);
    }

    private void Look()
    {
        var doing = Volatile.Read(ref _doing);
        if (doing is null)
        {
            _said = null;
        }
        else if (ProgramConsole.Silence > (doing == _said ? Again : Timeout))
        {
            _said = doing;
            Console.Error.WriteLine($"mnist: {doing} ...");
        }
    }
}
