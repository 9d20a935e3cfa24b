using System.Net;
using CsCheck;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Grains.Replicas.Slices;
using Xunit;

namespace Mnist.Distributed.Tests.Grains.Replicas.Slices;

/// <summary>
/// Every silo is in the tree of a slice exactly once, and no silo passes on more than its share.
/// </summary>
public sealed class FanOutTreeProperties
{
    private static readonly Gen<(SiloShare[] Silos, int Slices, int FanOut)> Trees = Gen.Select(
        Gen.Int[1, 300], Gen.Int[1, 16], Gen.Int[1, 4], (silos, slices, power) => (Silos(silos), slices, 1 << power));

    [Fact]
    public void A_slice_reaches_every_silo_once() => Trees.Sample(tree =>
    {
        for (var slice = 0; slice < tree.Slices; slice++)
        {
            var visited = new List<SiloAddress>();
            Visit(tree.Silos, FanOutTree.RootOf(tree.Silos, slice, tree.Slices), slice, tree.Slices, tree.FanOut, (silo, _, _) => visited.Add(silo));
            if (!visited.Order().SequenceEqual(tree.Silos.Select(share => share.Silo).Order()))
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void A_tree_is_as_deep_as_the_logarithm() => Trees.Sample(tree =>
    {
        var deepest = 0;
        Visit(tree.Silos, FanOutTree.RootOf(tree.Silos, 0, tree.Slices), 0, tree.Slices, tree.FanOut, (_, depth, _) => deepest = Math.Max(deepest, depth));
        return deepest <= Math.Ceiling(Math.Log(tree.Silos.Length, tree.FanOut) + 1e-9);
    });

    [Fact]
    public void As_many_slices_as_silos_are_passed_on_by_all_of_them_alike()
    {
        var silos = Silos(64);
        var sent = silos.ToDictionary(share => share.Silo, _ => 0);
        for (var slice = 0; slice < silos.Length; slice++)
        {
            Visit(silos, FanOutTree.RootOf(silos, slice, silos.Length), slice, silos.Length, 4, (silo, _, below) => sent[silo] += below);
        }

        // A silo passes on 63 slices on average, and 12 of them as the root of a tree.
        Assert.Equal(64 * 63, sent.Values.Sum());
        Assert.InRange(sent.Values.Max(), 63, 2 * 63);
    }

    [Fact]
    public void A_silo_that_is_not_in_the_tree_says_so() =>
        Assert.Throws<ArgumentException>(() => FanOutTree.Below(Silos(5), Address(7), 0, 1, 4));

    private static void Visit(IReadOnlyList<SiloShare> silos, SiloAddress root, int slice, int slices, int fanOut, Action<SiloAddress, int, int> seen, int depth = 0)
    {
        var below = FanOutTree.Below(silos, root, slice, slices, fanOut);
        seen(root, depth, below.Count);
        foreach (var (next, part) in below)
        {
            Visit(part, next, slice, slices, fanOut, seen, depth + 1);
        }
    }

    private static SiloShare[] Silos(int count) => [.. Enumerable.Range(0, count).Select(i => new SiloShare(Address(i), i, i + 1))];

    private static SiloAddress Address(int number) => SiloAddress.New(IPAddress.Loopback, 11000 + number, 1);
}
