namespace Mnist.Distributed.Training.Summation;

/// <summary>
/// A contiguous range of workers: <paramref name="First"/> up to, not including,
/// <paramref name="End"/>.
/// </summary>
/// <param name="First">0-based index of the first worker.</param>
/// <param name="End">The index after the last worker.</param>
public readonly record struct WorkerRange(int First, int End)
{
    /// <summary>Number of workers.</summary>
    public int Count => End - First;

    /// <summary>Whether <paramref name="other"/> lies inside this range.</summary>
    public bool Contains(WorkerRange other) => First <= other.First && other.End <= End;
}

/// <summary>
/// The order in which the gradients of the workers are added: a balanced binary tree over the
/// worker indexes. Floating-point addition is not associative, so this tree is part of the plan. A
/// silo that has all leaves below a node may reduce them to one sum. The result has the same bits
/// wherever the additions happen.
/// </summary>
public static class SummationTree
{
    /// <summary>Finds the largest nodes of the tree that lie inside a range.</summary>
    /// <param name="workers">Number of workers of the whole tree.</param>
    /// <param name="owned">The range.</param>
    /// <returns>The nodes, in worker order.</returns>
    public static IReadOnlyList<WorkerRange> NodesWithin(int workers, WorkerRange owned)
    {
        var nodes = new List<WorkerRange>();
        Collect(new WorkerRange(0, workers), owned, nodes);
        return nodes;
    }

    /// <summary>Adds the values below a node, in the order of the tree.</summary>
    /// <param name="node">A node of the tree.</param>
    /// <param name="known">
    /// Returns the value of a node if it is known as a whole, else null. It must know every leaf
    /// that no known larger node covers.
    /// </param>
    /// <param name="add">Adds the value of the right child to the value of the left child.</param>
    /// <returns>The value of the node.</returns>
    /// <exception cref="ArgumentException">No known node covers a leaf.</exception>
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
