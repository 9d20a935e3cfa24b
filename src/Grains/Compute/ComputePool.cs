using System.Collections.Concurrent;
using Mnist.Distributed.Training.Native;
using TorchSharp;

namespace Mnist.Distributed.Grains.Compute;

/// <summary>
/// The threads of a silo that do arithmetic. There is a fixed number of them, each with one libtorch thread per operator, and grain
/// turns only wait for them: a turn that computed would starve messages and membership probes.
/// </summary>
public sealed class ComputePool : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    public ComputePool(int threads)
    {
        LibTorch.EnsureLoaded();
        _threads = [.. Enumerable.Range(0, threads).Select(Start)];
    }

    /// <summary>Number of threads.</summary>
    public int Threads => _threads.Length;

    /// <summary>Computes on the next free thread; failures end in the task.</summary>
    public Task<T> Run<T>(Func<T> compute)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                completion.SetResult(compute());
            }
            catch (Exception failure)
            {
                completion.SetException(failure);
            }
        });
        return completion.Task;
    }

    /// <summary>Ends the threads after what they have been given.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _work.Dispose();
    }

    private Thread Start(int index)
    {
        var thread = new Thread(Work) { Name = $"compute-{index}", IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Work()
    {
        torch.set_num_threads(1);
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
