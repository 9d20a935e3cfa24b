using Mnist.Distributed.Grains.Replicas;
using Mnist.Distributed.Tests.Training.Data;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas;

public sealed class SpareMemoryTests
{
    /// <summary>
    /// One entry for each look: the sign says whether there is a run, the digit how many runs there
    /// have been.
    /// </summary>
    [Theory]
    [InlineData("no run yet", "-0 -0 -0", "")]
    [InlineData("a run, then none", "+1 +1 -1 -1 -1", "2")]
    [InlineData("one that came and went between two looks", "-0 -1 -1 -1", "2")]
    [InlineData("one after the other", "+1 -2 -3 +4 -4 -4", "4")]
    [InlineData("one begins before the silo is quiet", "-1 +2 +2 +2", "")]
    [InlineData("twice", "+1 -1 -1 +2 -2", "1 4")]
    public async Task Memory_is_given_back_once_when_there_has_been_no_run_for_a_while(string what, string looks, string expected)
    {
        using var end = new CancellationTokenSource();
        var script = looks.Split(' ');
        var (look, given) = (-1, new List<int>());
        var memory = new SpareMemory(
            () => script[look][0] == '+',
            () =>
            {
                look++;
                if (look == script.Length - 1)
                {
                    end.Cancel();
                }

                return script[look][1] - '0';
            },
            () => given.Add(look),
            new SpareMemoryOptions(),
            new FakeTime { EndsAll = true });
        await memory.Keep(end.Token);

        Assert.True(expected == string.Join(' ', given), $"{what}: given back at {string.Join(' ', given)}");
    }
}
