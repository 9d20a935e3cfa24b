using CsCheck;

using Mnist.Distributed.Contracts.Ledgers;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Ledgers;

public sealed class LedgerBuilderProperties
{
    /// <summary>
    /// Records of the steps from 0 on; few silos, so that steps in a row are often alike.
    /// </summary>
    private static readonly Gen<StepRecord[]> Runs =
        from silos in Gen.Int[0, 1].Array[0, 30]
        from hashed in Gen.Bool.Array[30]
        from incidents in Gen.Int[0, 2].Array[30]
        select silos.Select((silo, step) => new StepRecord(
            [new LedgerShare($"silo {silo}", 0, 2, false), new LedgerShare("silo 2", 2, 3, silo == 1)],
            [.. Enumerable.Range(0, incidents[step]).Select(i => new Incident(step, IncidentKind.Late, $"silo {i}", "reason", step))],
            hashed[step] ? new StateHash(step, step * 7919) : null)).ToArray();

    [Fact]
    public void Every_step_is_in_it_once() => Runs.Sample(records => IsOf(records, 0, Built(records, 0)));

    [Fact]
    public void Blocks_are_as_long_as_they_can_be() => Runs.Sample(records =>
    {
        var blocks = Built(records, 0).Blocks;
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.NotEqual(pair.First.Shares, pair.Second.Shares));
    });

    [Fact]
    public void A_ledger_goes_on_with_any_tail_of_itself() => Gen.Select(Runs, Gen.Int[0, 30], Gen.Int[0, 30]).Sample((records, a, b) =>
    {
        var (from, to) = (Math.Min(Math.Min(a, b), records.Length), Math.Min(Math.Max(a, b), records.Length));
        Same(Built(records, 0), LedgerBuilder.Join(Built(records[..to], 0), Built(records[from..], from)));
    });

    [Fact]
    public void Of_two_tails_the_later_one_counts() => Gen.Select(Runs, Runs, Gen.Int[0, 30]).Sample((records, others, cut) =>
    {
        var from = Math.Min(cut, Math.Min(records.Length, others.Length));
        Same(Built([.. others[..from], .. records[from..]], 0), LedgerBuilder.Join(Built(others, 0), Built(records[from..], from)));
    });

    [Fact]
    public void A_gap_or_an_earlier_start_is_refused() => Gen.Select(Runs, Gen.Int[1, 5]).Sample((records, gap) =>
    {
        Assert.Throws<ArgumentException>(() => LedgerBuilder.Join(Built(records, 0), Ledger.StartingAt(records.Length + gap)));
        Assert.Throws<ArgumentException>(() => LedgerBuilder.Join(Built(records, gap), Ledger.StartingAt(gap - 1)));
    });

    [Fact]
    public void What_is_forgotten_is_the_steps_before() => Gen.Select(Runs, Gen.Int[-3, 33]).Sample((records, cut) =>
    {
        var ledger = new LedgerBuilder(Built(records, 0));

        ledger.DropBefore(cut);

        var from = Math.Clamp(cut, 0, records.Length);
        IsOf(records[from..], from, ledger.ToLedger());
    });

    [Fact]
    public void It_grows_on_after_forgetting() => Gen.Select(Runs, Gen.Int[0, 30]).Sample((records, cut) =>
    {
        var ledger = new LedgerBuilder(Ledger.StartingAt(0));
        for (var step = 0; step < records.Length; step++)
        {
            ledger.Append(records[step]);
            ledger.DropBefore(Math.Min(cut, step));
        }

        var from = Math.Clamp(Math.Min(cut, records.Length - 1), 0, records.Length);
        IsOf(records[from..], from, ledger.ToLedger());
    });

    [Fact]
    public void A_ledger_that_was_given_out_does_not_change() => Runs.Sample(records =>
    {
        var ledger = new LedgerBuilder(Built(records, 0));
        var before = ledger.ToLedger();

        ledger.Append(new StepRecord([new LedgerShare("other", 0, 3, false)], [new Incident(records.Length, IncidentKind.Lost, "s", "r", 0)], null));
        ledger.DropBefore(records.Length);

        Same(Built(records, 0), before);
    });

    private static Ledger Built(StepRecord[] records, long first)
    {
        var ledger = new LedgerBuilder(Ledger.StartingAt(first));
        Array.ForEach(records, ledger.Append);
        return ledger.ToLedger();
    }

    /// <summary>Compares a ledger with the appended records, step by step.</summary>
    private static void IsOf(StepRecord[] records, long first, Ledger ledger)
    {
        Assert.Equal((first, first + records.Length), (ledger.FirstStep, ledger.EndStep));
        var shares = ledger.Blocks.SelectMany(block => Enumerable.Range(0, (int)(block.EndStep - block.FirstStep)).Select(i => (Step: block.FirstStep + i, block.Shares)));
        Assert.Equal(records.Select((record, i) => (first + i, string.Join(',', record.Shares))), shares.Select(entry => (entry.Step, string.Join(',', entry.Shares))));
        Assert.Equal(records.SelectMany(record => record.Incidents), ledger.Incidents);
        Assert.Equal(records.Where(record => record.Hash is not null).Select(record => record.Hash!.Value), ledger.Hashes);
    }

    private static void Same(Ledger expected, Ledger ledger)
    {
        Assert.Equal((expected.FirstStep, expected.EndStep), (ledger.FirstStep, ledger.EndStep));
        Assert.Equal(expected.Blocks.Select(block => (block.FirstStep, block.EndStep)), ledger.Blocks.Select(block => (block.FirstStep, block.EndStep)));
        Assert.Equal(expected.Blocks.SelectMany(block => block.Shares), ledger.Blocks.SelectMany(block => block.Shares));
        Assert.Equal(expected.Incidents, ledger.Incidents);
        Assert.Equal(expected.Hashes, ledger.Hashes);
    }
}
