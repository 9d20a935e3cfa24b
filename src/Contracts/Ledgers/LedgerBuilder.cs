namespace Mnist.Distributed.Contracts.Ledgers;

/// <summary>
/// A ledger that grows with each step. It drops the steps that have become durable.
/// </summary>
public sealed class LedgerBuilder
{
    private readonly List<LedgerBlock> _blocks = [];
    private readonly List<Incident> _incidents = [];
    private readonly List<StateHash> _hashes = [];
    private long _first;
    private long _end;

    /// <summary>Starts with the contents of a ledger.</summary>
    public LedgerBuilder(Ledger ledger) => Reset(ledger);

    /// <summary>Replaces the contents.</summary>
    public void Reset(Ledger ledger)
    {
        (_first, _end) = (ledger.FirstStep, ledger.EndStep);
        Replace(_blocks, ledger.Blocks);
        Replace(_incidents, ledger.Incidents);
        Replace(_hashes, ledger.Hashes);
    }

    /// <summary>Adds the next step.</summary>
    public void Append(StepRecord record)
    {
        if (_blocks.Count > 0 && _blocks[^1] is var last && (ReferenceEquals(last.Shares, record.Shares) || last.Shares.SequenceEqual(record.Shares)))
        {
            _blocks[^1] = last with { EndStep = _end + 1 };
        }
        else
        {
            _blocks.Add(new LedgerBlock(_end, _end + 1, record.Shares));
        }

        _incidents.AddRange(record.Incidents);
        if (record.Hash is { } hash)
        {
            _hashes.Add(hash);
        }

        _end++;
    }

    /// <summary>
    /// Appends a later part of the same ledger. The part may begin before this ledger ends. It
    /// leaves the hashes alone, because <see cref="Join"/> joins them.
    /// </summary>
    private void Continue(Ledger tail)
    {
        if (tail.FirstStep > _end || tail.FirstStep < _first)
        {
            throw new ArgumentException($"A ledger of steps {_first} to {_end} cannot go on with one that begins at {tail.FirstStep}.", nameof(tail));
        }

        DropFrom(tail.FirstStep);
        foreach (var block in tail.Blocks)
        {
            if (_blocks.Count > 0 && _blocks[^1] is var last && last.Shares.SequenceEqual(block.Shares))
            {
                _blocks[^1] = last with { EndStep = block.EndStep };
            }
            else
            {
                _blocks.Add(block);
            }
        }

        _incidents.AddRange(tail.Incidents);
        _end = tail.EndStep;
    }

    /// <summary>Drops the steps before <paramref name="step"/>.</summary>
    public void DropBefore(long step)
    {
        if (step <= _first)
        {
            return;
        }

        _first = Math.Min(step, _end);
        _blocks.RemoveAll(block => block.EndStep <= _first);
        if (_blocks.Count > 0 && _blocks[0].FirstStep < _first)
        {
            _blocks[0] = _blocks[0] with { FirstStep = _first };
        }

        _incidents.RemoveAll(incident => incident.Step < _first);
        _hashes.RemoveAll(hash => hash.Step < _first);
    }

    /// <summary>
    /// Joins a ledger and a later part of the same ledger. The part may begin before the first
    /// ledger ends. The result shares the pages of the hashes, because hashes are most of a long
    /// ledger.
    /// </summary>
    /// <exception cref="ArgumentException">There is a gap between the two.</exception>
    public static Ledger Join(Ledger ledger, Ledger tail)
    {
        var builder = new LedgerBuilder(ledger with { Hashes = [] });
        builder.Continue(tail);
        var hashes = ledger.Hashes as HashHistory ?? HashHistory.Empty.GoOnFrom(ledger.FirstStep, ledger.Hashes);
        return builder.ToLedger() with { Hashes = hashes.GoOnFrom(tail.FirstStep, tail.Hashes) };
    }

    /// <summary>A copy to send or to keep.</summary>
    public Ledger ToLedger() => new(_first, _end, [.. _blocks], [.. _incidents], [.. _hashes]);

    private void DropFrom(long step)
    {
        _blocks.RemoveAll(block => block.FirstStep >= step);
        if (_blocks.Count > 0 && _blocks[^1].EndStep > step)
        {
            _blocks[^1] = _blocks[^1] with { EndStep = step };
        }

        _incidents.RemoveAll(incident => incident.Step >= step);
        _end = step;
    }

    private static void Replace<T>(List<T> list, IReadOnlyList<T> contents)
    {
        list.Clear();
        list.AddRange(contents);
    }
}
