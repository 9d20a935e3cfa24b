using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Tests.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Clusters;

/// <summary>Calls whose answers are lost, and calls that fail.</summary>
public sealed class RetryingCallTests
{
    private readonly FakeTime _time = new() { EndsAll = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_call_whose_answer_is_lost_is_made_again_after_longer_and_longer_waits(int lost)
    {
        var calls = 0;
        Assert.Equal(lost + 1, await RetryingCall.Ask(() => ++calls <= lost ? new TaskCompletionSource<int>().Task : Task.FromResult(calls), _time));
        Assert.Equal(Enumerable.Range(0, lost).Select(wait => TimeSpan.FromSeconds(1 << wait)), _time.Pauses.Take(lost));
    }

    [Fact]
    public async Task A_late_answer_counts()
    {
        var late = new TaskCompletionSource<string>();
        var calls = 0;
        var answer = RetryingCall.Ask(
            () =>
            {
                if (++calls > 1)
                {
                    late.TrySetResult("late");
                    return Task.FromException<string>(new TimeoutException());
                }

                return late.Task;
            },
            _time);
        Assert.Equal("late", await answer);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        var calls = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => RetryingCall.Ask<int>(() => ++calls == 1 ? throw new InvalidOperationException() : Task.FromResult(calls), _time));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_silo_that_is_gone_is_asked_again()
    {
        var calls = 0;
        Assert.Equal(3, await RetryingCall.Ask(() => ++calls < 3 ? Task.FromException<int>(new SiloUnavailableException()) : Task.FromResult(calls), _time));
    }
}
