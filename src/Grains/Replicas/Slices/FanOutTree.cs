using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// Which silos a silo passes a slice on to. Every slice has a tree of its own, so that the work of
/// passing on is spread over the silos; the trees are cut as the summation tree is, in halves, so
/// that what comes back from a part is usually one sum.
/// </summary>
public static class FanOutTree
{
    /// <summary>The parts of a tree below a silo, the one with the silo itself left out.</summary>
    /// <param name="tree">The silos of the tree.</param>
    /// <param name="self">The silo at its root.</param>
    /// <param name="slice">The slice.</param>
    /// <param name="slices">Slices of the vector.</param>
    /// <param name="fanOut">Parts at each level; a power of two.</param>
    /// <returns>For each part its silos, and which of them is to be asked; the largest parts first,
    /// since they take longest.</returns>
    public static IReadOnlyList<(SiloAddress Root, IReadOnlyList<SiloShare> Silos)> Below(IReadOnlyList<SiloShare> tree, SiloAddress self, int slice, int slices, int fanOut)
    {
        var below = new List<(SiloAddress, IReadOnlyList<SiloShare>)>();
        var own = tree.ToArray().AsMemory();
        while (own.Length > 1)
        {
            var rest = own;
            foreach (var part in Parts(own, fanOut))
            {
                if (part.Span.IndexOf(self) >= 0)
                {
                    rest = part;
                }
                else
                {
                    var silos = part.ToArray();
                    below.Add((RootOf(silos, slice, slices), silos));
                }
            }

            own = rest.Length < own.Length ? rest : throw new ArgumentException($"Silo {self} is not in the tree that it is asked to sum.", nameof(self));
        }

        return below;
    }

    /// <summary>The silo that a slice's tree begins at.</summary>
    public static SiloAddress RootOf(IReadOnlyList<SiloShare> silos, int slice, int slices) => silos[(int)((long)slice * silos.Count / slices)].Silo;

    private static int IndexOf(this ReadOnlySpan<SiloShare> silos, SiloAddress silo)
    {
        for (var i = 0; i < silos.Length; i++)
        {
            if (silos[i].Silo.Equals(silo))
            {
                return i;
            }
        }

        return -1;
    }

    private static IReadOnlyList<Memory<SiloShare>> Parts(Memory<SiloShare> silos, int fanOut)
    {
        List<Memory<SiloShare>> parts = [silos];
        for (; parts.Count * 2 <= fanOut && parts.Exists(part => part.Length > 1); parts = [.. parts.SelectMany(Halves)])
        {
        }

        return parts;
    }

    private static IEnumerable<Memory<SiloShare>> Halves(Memory<SiloShare> part)
    {
        var middle = (part.Length + 1) / 2;
        return part.Length > 1 ? [part[..middle], part[middle..]] : [part];
    }
}
