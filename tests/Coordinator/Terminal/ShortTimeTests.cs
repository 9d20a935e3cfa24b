using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Terminal;

public sealed class ShortTimeTests
{
    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(0.25, "0.2 s")]
    [InlineData(42.9, "42 s")]
    [InlineData(61, "1 m 1 s")]
    [InlineData(3661, "1 h 1 m")]
    [InlineData(90_000, "1 d 1 h")]
    public void A_span_has_two_units_at_most(double seconds, string text) => Assert.Equal(text, ShortTime.Of(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(3599, "59 m")]
    [InlineData(86_399, "23 h")]
    [InlineData(5_000_000, "57 d")]
    public void An_age_has_one_unit(double seconds, string text) => Assert.Equal(text, ShortTime.Ago(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("45s", 45)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("30d", 2_592_000)]
    [InlineData("1w", 604_800)]
    public void A_span_is_read(string text, double seconds) => Assert.Equal(seconds, ShortTime.Parse(text, "--older-than").TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1.5h")]
    [InlineData("30 d")]
    [InlineData("30y")]
    [InlineData("99999999999d")]
    [InlineData("2000000000w")]
    public void Other_texts_are_refused(string text) => Assert.Contains("such as 30d", Assert.Throws<InvalidInputException>(() => ShortTime.Parse(text, "--older-than")).Message, StringComparison.Ordinal);
}
