using CsCheck;

using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Grains.ParameterServers;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.ParameterServers;

public sealed class NumericsTests
{
    [Fact]
    public void Only_the_parts_that_differ_are_named() =>
        Assert.Equal("avx512; 4 threads where the run has avx2; 1 thread", Numerics.Difference("build 1; avx2; 1 thread", "build 1; avx512;4 threads"));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("b", "b", "a", "a", "b")]
    [InlineData("b", "a", "b", "b")]
    [InlineData(null)]
    public void The_run_takes_those_of_most_silos_and_of_the_first_where_there_are_several(string? most, params string[] silos) =>
        Assert.Equal(most, Numerics.OfMost(silos.Select((fingerprint, i) => new SiloReport($"silo {i}", "address", fingerprint))));

    [Fact]
    public void No_fingerprint_is_had_by_more_silos() => Gen.Int[0, 3].Array[1, 20].Sample(silos =>
    {
        var most = Numerics.OfMost(silos.Select(silo => new SiloReport("silo", "address", $"{silo}")));
        Assert.All(silos, silo => Assert.True(silos.Count(other => $"{other}" == most) >= silos.Count(other => other == silo)));
    });
}
