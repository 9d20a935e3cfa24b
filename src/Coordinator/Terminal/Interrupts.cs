using System.Runtime.InteropServices;

namespace Mnist.Distributed.Coordinator.Terminal;

/// <summary>
/// Turns the first interrupt (Ctrl-C, SIGTERM, the loss of the terminal) into a request. The system
/// handles the second one, which ends the process.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenSource _requested = new();

    /// <summary>Handles interrupts until disposed of.</summary>
    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        .. HangUpIsIgnored() ? Array.Empty<PosixSignalRegistration>() : [PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle)],
    ];

    /// <summary>Cancelled by the first interrupt.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Waits for the first interrupt.</summary>
    public async Task Wait() => await Task.Delay(Timeout.InfiniteTimeSpan, Requested).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _requested.Dispose();
    }

    /// <summary>
    /// Whether the loss of the terminal is to be ignored, because the user started this program
    /// with <c>nohup</c>.
    /// </summary>
    private static bool HangUpIsIgnored()
    {
        const string Ignored = "SigIgn:";
        try
        {
            return OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } mask
                && (Convert.ToUInt64(mask[Ignored.Length..].Trim(), 16) & 1) != 0;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Handle(PosixSignalContext context)
    {
        if (!_requested.IsCancellationRequested)
        {
            context.Cancel = true;
            ThreadPool.QueueUserWorkItem(_ => _requested.Cancel());
        }
    }
}
