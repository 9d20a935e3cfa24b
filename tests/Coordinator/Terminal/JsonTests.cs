using Mnist.Distributed.Coordinator.Terminal;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Terminal;

public sealed class JsonTests
{
    [Fact]
    public void A_number_that_JSON_cannot_hold_is_null() => Assert.Equal(
        "{\"loss\":null,\"rate\":null,\"mean\":null,\"best\":0.5,\"step\":0.25}",
        Json.ToLine(new { Loss = double.NaN, Rate = float.PositiveInfinity, Mean = (double?)double.NegativeInfinity, Best = 0.5, Step = 0.25f }));
}
