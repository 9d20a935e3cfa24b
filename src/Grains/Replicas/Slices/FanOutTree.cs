using Mnist.Distributed.Contracts.Grains;

namespace Mnist.Distributed.Grains.Replicas.Slices;

/// <summary>
/// Decides to which silos a silo passes a slice on. Every slice has a tree of its own, so the work
/// is spread over the silos. The trees are divided into halves like the summation tree, so the
/// answer of a part is usually one sum.
/// </summary>
public static class FanOutTree
{
    /// <summary>
    /// The parts of a tree below its root. The part that contains the root is divided further until
    /// only the root is left.
    /// </summary>
    /// <param name="tree">The silos of the tree.</param>
    /// <param name="self">The silo at the root of the tree.</param>
    /// <param name="slice">Index of the slice.</param>
    /// <param name="slices">Number of slices of the vector.</param>
    /// <param name="fanOut">Number of parts at each level; a power of two.</param>
    /// <returns>
    /// For each part, its silos and the one of them that gets the request. The largest parts come
    /// first, because they take longest.
    /// </returns>
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

    /// <summary>
    /// The silo at the root of the tree of a slice. The roots of the slices are spread evenly over
    /// the silos.
    /// </summary>
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
