using CsCheck;

using Mnist.Distributed.Grains.ParameterServers;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.ParameterServers;

public sealed class DivisionProperties
{
    private static readonly Gen<(int Count, int Parts)> Cases = Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, int.MaxValue]), Gen.Int[1, 300]);

    [Fact]
    public void Blocks_follow_each_other_from_the_first_to_the_last_item() => Cases.Sample((count, parts) =>
    {
        var next = 0;
        for (var part = 0; part < parts; part++)
        {
            var (first, end) = Division.Block(count, part, parts);
            Assert.Equal(next, first);
            next = end;
        }

        Assert.Equal(count, next);
    });

    [Fact]
    public void Blocks_differ_by_at_most_one_item() => Cases.Sample((count, parts) =>
    {
        for (var part = 0; part < parts; part++)
        {
            var (first, end) = Division.Block(count, part, parts);
            Assert.InRange(end - first, count / parts, (count / parts) + 1);
        }
    });
}
