using Microsoft.Extensions.Configuration;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Grains.Telemetry;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Telemetry;

public sealed class TracingOptionsTests
{
    [Fact]
    public void The_first_steps_and_then_one_in_so_many_are_traced() => Assert.Equal(
        [0, 1, 2, 3, 4, 500, 1000],
        Sampled(new TracingOptions(), 1200));

    [Fact]
    public void The_first_steps_alone_can_be_traced() => Assert.Equal([0, 1], Sampled(new TracingOptions { FirstSteps = 2, OneIn = 0 }, 100));

    [Fact]
    public void Nothing_need_be_traced() => Assert.Empty(Sampled(new TracingOptions { FirstSteps = 0, OneIn = 0 }, 100));

    [Fact]
    public void Every_step_can_be_traced() => Assert.Equal(100, Sampled(new TracingOptions { FirstSteps = 0, OneIn = 1 }, 100).Count());

    [Theory]
    [InlineData(null, null, 5, 500)]
    [InlineData("0", "0", 0, 0)]
    [InlineData("7", null, 7, 500)]
    [InlineData(null, "2147483647", 5, int.MaxValue)]
    public void Options_are_read_from_their_section(string? firstSteps, string? oneIn, int expectedFirst, int expectedOneIn)
    {
        var options = TracingOptions.Read(Configuration(("Tracing:FirstSteps", firstSteps), ("tracing:ONEIN", oneIn), ("Other:Key", "x")));

        Assert.Equal((expectedFirst, expectedOneIn), (options.FirstSteps, options.OneIn));
    }

    [Theory]
    [InlineData("Tracing:FirstSteps", "abc")]
    [InlineData("Tracing:FirstSteps", "-1")]
    [InlineData("Tracing:FirstSteps", "")]
    [InlineData("Tracing:FirstSteps", "1.5")]
    [InlineData("Tracing:FirstSteps", "1,000")]
    [InlineData("Tracing:FirstSteps", "2147483648")]
    [InlineData("Tracing:OneIn", "99999999999999999999")]
    [InlineData("Tracing:OneIn:Nested", "1")]
    [InlineData("Tracing:FirstStep", "1")]
    public void What_is_none_of_them_is_refused_by_a_sentence_that_names_the_key(string key, string value)
    {
        var refused = Assert.Throws<InvalidInputException>(() => TracingOptions.Read(Configuration((key, value))));

        Assert.Contains(string.Join(':', key.Split(':').Take(2)), refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string? Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value)))
        .Build();

    private static IEnumerable<int> Sampled(TracingOptions options, int steps) =>
        Enumerable.Range(0, steps).Where(step => options.IsSampled(step));
}
