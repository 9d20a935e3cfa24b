namespace Mnist.Distributed.Training.Summation;

/// <summary>A contiguous range of workers: <paramref name="First"/> up to, not including, <paramref name="End"/>.</summary>
public readonly record struct WorkerRange(int First, int End)
{
    /// <summary>Number of workers.</summary>
    public int Count => End - First;

    /// <summary>Whether <paramref name="other"/> lies inside this range.</summary>
    public bool Contains(WorkerRange other) => First <= other.First && other.End <= End;
}

/// <summary>
/// The order in which workers' gradients are added: a balanced binary tree over worker indexes. Floating-point addition is not
/// associative, so this tree is part of a run's definition. Whoever owns all leaves under a node may collapse it; the
/// result has the same bits wherever the additions happen.
/// </summary>
public static class SummationTree
{
    /// <summary>The largest nodes of the tree over <paramref name="workers"/> workers that lie inside <paramref name="owned"/>, in worker order.</summary>
    public static IReadOnlyList<WorkerRange> NodesWithin(int workers, WorkerRange owned)
    {
        var nodes = new List<WorkerRange>();
        Collect(new WorkerRange(0, workers), owned, nodes);
        return nodes;
    }

    /// <summary>Evaluates the tree below <paramref name="node"/>.</summary>
    /// <param name="node">A node of the tree.</param>
    /// <param name="known">The value of a node that is known as a whole, or null; must know every leaf not covered by a larger node.</param>
    /// <param name="add">Adds the right child's value to the left child's.</param>
    public static T Sum<T>(WorkerRange node, Func<WorkerRange, T?> known, Func<T, T, T> add)
        where T : class
    {
        if (known(node) is { } value)
        {
            return value;
        }

        if (node.Count <= 1)
        {
            throw new ArgumentException($"The gradient of worker {node.First} is missing.", nameof(known));
        }

        var (left, right) = Children(node);
        return add(Sum(left, known, add), Sum(right, known, add));
    }

    private static (WorkerRange Left, WorkerRange Right) Children(WorkerRange node)
    {
        var middle = node.First + ((node.Count + 1) / 2);
        return (new WorkerRange(node.First, middle), new WorkerRange(middle, node.End));
    }

    private static void Collect(WorkerRange node, WorkerRange owned, List<WorkerRange> nodes)
    {
        if (node.End <= owned.First || owned.End <= node.First)
        {
            return;
        }

        if (owned.Contains(node))
        {
            nodes.Add(node);
            return;
        }

        var (left, right) = Children(node);
        Collect(left, owned, nodes);
        Collect(right, owned, nodes);
    }
}
