using System.Runtime.InteropServices;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>
/// Turns the first interrupt (Ctrl-C, SIGTERM) into a request and leaves the second to the system, which then ends the process.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenSource _requested = new();

    /// <summary>Listens until disposed.</summary>
    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Cancelled by the first interrupt.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _requested.Dispose();
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
