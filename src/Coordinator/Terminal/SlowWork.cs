using System.Globalization;
using Mnist.Distributed.Hosting.Border;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// Says on standard error what a command is doing, if the command has written nothing for almost a
/// second. So no user waits without an explanation. With <c>--verbose</c> it says so at once, and
/// afterwards how long that took; with <c>--quiet</c> it says nothing.
/// </summary>
internal sealed class SlowWork : IDisposable
{
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>A sentence about work that goes on is repeated after so much silence.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(10);

    private static readonly Lock Phases = new();
    private static string? _doing;
    private static string? _phase;
    private static long _phaseStart;

    private readonly Timer _timer;
    private string? _said;

    /// <summary>Observes the output until disposed of.</summary>
    public SlowWork() => _timer = new Timer(_ => Look(), null, PollInterval, PollInterval);

    /// <summary>
    /// Sets what the command is doing from now on, such as "connecting to cluster local"; null
    /// while the command's own output shows it.
    /// </summary>
    public static void Is(string? doing)
    {
        Volatile.Write(ref _doing, doing);
        if (Verbosity.IsVerbose)
        {
            Enter(doing);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        Is(null);
    }

    /// <summary>
    /// Begins a phase. Work whose sentence only counts on, after a comma, is one phase.
    /// </summary>
    private static void Enter(string? doing)
    {
        lock (Phases)
        {
            var next = doing?.Split(',')[0];
            if (next == _phase)
            {
                return;
            }

            if (_phase is not null)
            {
                Remarks.Detail(string.Create(CultureInfo.InvariantCulture, $"{_phase}: {TimeProvider.System.GetElapsedTime(_phaseStart).TotalSeconds:F2} s"));
            }

            if (next is not null)
            {
                Remarks.Detail($"{next} ...");
            }

            (_phase, _phaseStart) = (next, TimeProvider.System.GetTimestamp());
        }
    }

    private void Look()
    {
        var doing = Volatile.Read(ref _doing);
        if (doing is null)
        {
            _said = null;
        }
        else if (ProgramConsole.Silence > (doing == _said || Verbosity.IsVerbose ? RepeatInterval : SilenceTimeout))
        {
            _said = doing;
            Remarks.Say($"{doing} ...");
        }
    }
}
