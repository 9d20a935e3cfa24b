using Mnist.Distributed.Training.Summation;

namespace Mnist.Distributed.Grains.ParameterServers;

/// <summary>
/// Keeps account of the items of a piece of work that have been answered. Items are the workers of
/// a step, or the chunks of an evaluation.
/// </summary>
public sealed class Coverage
{
    private bool[] _covered = [];
    private int _open;

    /// <summary>Starts with a new piece of work, in which no item has been answered.</summary>
    public void Reset(int items)
    {
        _open = items;
        if (_covered.Length == items)
        {
            Array.Clear(_covered);
        }
        else
        {
            _covered = new bool[items];
        }
    }

    /// <summary>Whether every item has been answered.</summary>
    public bool IsComplete => _open == 0;

    /// <summary>Notes that the items of a range have been answered.</summary>
    public void Cover(WorkerRange range)
    {
        for (var i = range.First; i < range.End; i++)
        {
            if (!_covered[i])
            {
                _covered[i] = true;
                _open--;
            }
        }
    }

    /// <summary>
    /// Divides the open items into contiguous blocks of nearly equal size. There are at most
    /// <paramref name="parts"/> blocks if the open items are contiguous; each gap between open
    /// items may add one block.
    /// </summary>
    public IReadOnlyList<WorkerRange> Divide(int parts)
    {
        var blocks = new List<WorkerRange>();
        var size = (_open + parts - 1) / parts;
        for (var i = 0; i < _covered.Length; i++)
        {
            if (_covered[i])
            {
                continue;
            }

            var first = i;
            while (i < _covered.Length && !_covered[i] && i - first < size)
            {
                i++;
            }

            blocks.Add(new WorkerRange(first, i--));
        }

        return blocks;
    }
}
