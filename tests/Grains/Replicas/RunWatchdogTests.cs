using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas;

public sealed class RunWatchdogTests
{
    /// <summary>How often the watchdog looks again after its decision.</summary>
    private const int Looks = 3;

    private static readonly RunWatchdogOptions Options = new();

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Long = Options.ForgetAfter + Moment;

    [Theory]
    [InlineData(RunStatus.Completed, true)]
    [InlineData(RunStatus.Stopped, true)]
    [InlineData(RunStatus.Failed, true)]
    [InlineData(RunStatus.Unknown, true)]
    [InlineData(RunStatus.Running, false)]
    [InlineData(RunStatus.Interrupted, false)]
    public async Task A_silent_run_is_asked_for_and_forgotten_if_it_is_over(RunStatus status, bool forgotten)
    {
        var seen = await Watch(new HeldRun("r", true, Long, Long), status);
        Assert.Equal(forgotten ? 1 : Looks, seen.Asked);
        Assert.Equal(forgotten, seen.Forgotten);
    }

    [Theory]
    [InlineData(RunStatus.Interrupted, true)]
    [InlineData(RunStatus.Unknown, true)]
    [InlineData(RunStatus.Running, false)]
    public async Task What_was_prepared_for_a_run_that_never_came_is_forgotten(RunStatus status, bool forgotten) =>
        Assert.Equal(forgotten, (await Watch(new HeldRun("r", false, Long, Long), status)).Forgotten);

    [Fact]
    public async Task A_run_that_is_idle_for_a_short_time_is_asked_for_and_kept()
    {
        var seen = await Watch(new HeldRun("r", true, Options.Interval + Moment, Moment), RunStatus.Completed);
        Assert.Equal(Looks, seen.Asked);
        Assert.False(seen.Forgotten);
    }

    [Fact]
    public async Task A_run_that_is_prepared_again_while_it_is_asked_for_is_kept()
    {
        var looks = 0;
        var seen = await Watch(() => new HeldRun("r", true, Long, looks++ % 2 == 0 ? Long : Moment), RunStatus.Stopped);
        Assert.Equal(Looks, seen.Asked);
        Assert.False(seen.Forgotten);
    }

    [Fact]
    public async Task A_run_that_is_asked_for_steps_is_left_alone()
    {
        using var end = new CancellationTokenSource();
        var looks = 0;
        IEnumerable<HeldRun> Runs()
        {
            if (++looks == Looks)
            {
                end.Cancel();
            }

            return [new HeldRun("r", true, Moment, Moment), new HeldRun("s", false, Moment, Moment)];
        }

        await new RunWatchdog(
            Runs,
            _ => throw new InvalidOperationException("It was asked for."),
            _ => throw new InvalidOperationException("It was asked for."),
            _ => throw new InvalidOperationException("It was forgotten."),
            Options,
            new FakeTime { EndsAll = true }).Keep(end.Token);
        Assert.Equal(Looks, looks);
    }

    [Fact]
    public async Task A_run_that_starts_is_not_forgotten() =>
        Assert.Equal((Looks, false), await Watch(() => new HeldRun("r", false, Long, Long), RunStatus.Unknown, isStarting: true));

    private static Task<(int Asked, bool Forgotten)> Watch(HeldRun run, RunStatus status) => Watch(() => run, status);

    /// <summary>Watches a run until it is released, or has been asked for a few times.</summary>
    private static async Task<(int Asked, bool Forgotten)> Watch(Func<HeldRun> run, RunStatus status, bool isStarting = false)
    {
        using var end = new CancellationTokenSource();
        var (asked, forgotten) = (0, false);
        var description = new RunDescription("r", status, null, [], [], null, new RunOptions(), null, 0, [], "silo-1", null);
        var watchdog = new RunWatchdog(
            () => forgotten ? [] : [run()],
            _ =>
            {
                if (++asked == Looks)
                {
                    end.Cancel();
                }

                return Task.FromResult(description);
            },
            _ => Task.FromResult(isStarting),
            _ =>
            {
                forgotten = true;
                end.Cancel();
                return Task.CompletedTask;
            },
            Options,
            new FakeTime { EndsAll = true });
        await watchdog.Keep(end.Token);
        return (asked, forgotten);
    }
}
