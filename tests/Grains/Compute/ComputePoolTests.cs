using Mnist.Distributed.Grains.Compute;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Compute;

/// <summary>
/// The pool computes every item once, on at most the given number of threads, whatever else the
/// process does.
/// </summary>
public sealed class ComputePoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Every_item_is_computed_once(int threads)
    {
        using var pool = new ComputePool(threads);
        for (var count = 0; count < 200; count++)
        {
            var times = new int[count];
            await pool.ForEach(count, item => Interlocked.Increment(ref times[item]));
            Assert.All(times, time => Assert.Equal(1, time));
            pool.Loop(count, item => Interlocked.Increment(ref times[item]));
            Assert.All(times, time => Assert.Equal(2, time));
        }
    }

    [Fact]
    public async Task No_more_than_the_pools_threads_compute_at_a_time()
    {
        using var pool = new ComputePool(3);
        var (computing, most) = (0, 0);
        void Compute(int item)
        {
            var now = Interlocked.Increment(ref computing);
            for (var seen = Volatile.Read(ref most); now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
            {
            }

            Thread.SpinWait(1000);
            Interlocked.Decrement(ref computing);
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (var repeat = 0; repeat < 20; repeat++)
            {
                await pool.ForEach(8, Compute);
            }
        })));
        Assert.InRange(most, 1, 3);
    }

    /// <summary>
    /// Two items wait for each other, so they end only if two threads compute them.
    /// </summary>
    [Fact]
    public async Task Two_threads_compute_at_once()
    {
        using var pool = new ComputePool(2);
        using var both = new Barrier(2);
        var met = 0;
        await pool.ForEach(2, _ =>
        {
            if (both.SignalAndWait(TimeSpan.FromMinutes(1)))
            {
                Interlocked.Increment(ref met);
            }
        });
        Assert.Equal(2, met);
    }

    [Fact]
    public async Task A_thread_that_sleeps_is_woken()
    {
        using var thread = new ComputeThread(1, () => { });
        for (var repeat = 0; repeat < 5; repeat++)
        {
            while (!thread.IsAsleep)
            {
                await Task.Yield();
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.True(thread.TryHelp(new SharedLoop(1, 2, _ => done.SetResult())));
            await done.Task;
        }
    }

    [Fact]
    public async Task A_failure_is_thrown_when_all_is_done_and_the_pool_goes_on()
    {
        using var pool = new ComputePool(2);
        var done = 0;
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await pool.ForEach(10, item =>
        {
            Interlocked.Increment(ref done);
            if (item == 7)
            {
                throw new InvalidOperationException("seven");
            }
        }));
        Assert.Equal(("seven", 10), (failure.Message, done));
        Assert.Equal(5, await pool.Run(() => 5));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.Run<int>(() => throw new InvalidOperationException()));
    }
}
