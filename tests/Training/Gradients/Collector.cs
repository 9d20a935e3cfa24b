namespace Mnist.Distributed.Tests.Training.Gradients;

/// <summary>A thread that allocates, collects and finalizes without a pause.</summary>
internal sealed class Collector : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stopped;
    private volatile int _collections;

    public Collector()
    {
        _thread = new Thread(Collect) { IsBackground = true };
        _thread.Start();
    }

    public int Collections => _collections;

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Collect()
    {
        while (!_stopped)
        {
            byte[][] garbage = [.. Enumerable.Range(0, 100).Select(length => new byte[length])];
            GC.Collect(_collections % (GC.MaxGeneration + 1));
            GC.WaitForPendingFinalizers();
            GC.KeepAlive(garbage);
            _collections++;
        }
    }
}
