using CsCheck;

using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Training.Data;
using Orleans.Storage;

using Xunit;

namespace Mnist.Distributed.Tests.Grains.Runs;

public sealed class RunStoreTests
{
    private readonly FakePlace<RunRecord>[] _places = [new(), new()];
    private readonly List<Exception> _failures = [];

    [Fact]
    public async Task The_first_record_is_in_both_places()
    {
        await Open().Write();

        Assert.Equal([1, 1], _places.Select(place => place.Writes));
        Assert.Equal([1L, 2L], _places.Select(place => place.Kept().Version).Order());
    }

    [Fact]
    public async Task Places_are_written_in_turn_and_the_newest_is_read()
    {
        for (var step = 1; step < 8; step++)
        {
            await Write(Open(), step);
            Assert.Equal(step, Open().Record.Step);
        }

        Assert.Equal([6L, 7L], _places.Select(place => place.Kept().Step).Order());
        Assert.Equal(6, Open().DurableStep);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task When_one_place_is_damaged_the_other_one_is_read_and_both_are_written(int damaged)
    {
        for (var step = 1; step < 4; step++)
        {
            await Write(Open(), step);
        }

        var sound = _places[1 - damaged].Kept().Step;
        _places[damaged].Kept = () => new RunRecord { Damage = "a bit" };

        var store = Open();
        Assert.Null(store.Ruin);
        Assert.Equal((sound, "a bit", 0L), (store.Record.Step, store.Damage, store.DurableStep));
        await Write(store, 9);

        Assert.Equal([9L, 9L], _places.Select(place => place.Kept().Step));
        Assert.Equal(9, Open().Record.Step);
    }

    [Fact]
    public async Task Number_of_a_generation_that_a_damaged_record_may_have_is_skipped()
    {
        var store = Open();
        for (var generation = 1; generation <= 4; generation++)
        {
            Assert.Equal(generation, store.NextGeneration);
            store.Record.Generation = generation;
            await store.Write();
        }

        Assert.Equal(5, Open().NextGeneration);
        _places.MaxBy(place => place.Kept().Version)!.Kept = () => new RunRecord { Damage = "a bit" };
        Assert.Equal(5, Open().NextGeneration);
    }

    [Fact]
    public async Task Write_without_an_answer_is_looked_for_until_the_store_can_be_read()
    {
        await Open().Write();
        var store = Open();
        _places[1].Fates.Enqueue(WriteFate.DoneButUnknown);
        _places[1].FailingReads = 3;

        await Write(store, 5);

        Assert.Equal((5, 3L), (Open().Record.Step, Open().Record.Version));
        Assert.Equal(2, _places[1].Writes);
        Assert.Equal(4, _failures.Count);
    }

    [Fact]
    public async Task Store_that_is_away_too_long_fails_a_write_with_a_limit()
    {
        var store = Open();
        _places[1].Fates.Enqueue(WriteFate.NotDone);

        Assert.Contains("away", (await Assert.ThrowsAsync<IOException>(() => store.Write(TimeSpan.Zero))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_both_places_are_damaged_the_run_is_not_taken_for_an_unknown_one()
    {
        await Open().Write();
        Array.ForEach(_places, place => place.Kept = () => new RunRecord { Damage = "a bit" });

        Assert.Contains("a bit", Assert.Throws<InvalidInputException>(() => Open().Record).Message);
        Assert.Contains("a bit", Open().Ruin);
    }

    [Fact]
    public Task A_write_is_tried_until_it_is_done_and_done_once() => Gen.Enum<WriteFate>().Array[0, 6].SampleAsync(async fates =>
    {
        var test = new RunStoreTests();
        await test.Open().Write();
        var store = test.Open();
        Array.ForEach(fates, test._places[1].Fates.Enqueue);

        await Write(store, 5);

        Assert.Equal(2, test._places[1].Writes);
        Assert.Equal((5, 3L), (test.Open().Record.Step, test.Open().Record.Version));
        Assert.Equal(Failures(fates), test._failures.Count);

        // The store works again, and the writer goes on.
        test._places[1].Fates.Clear();
        await Write(store, 6);
        await Write(store, 7);
        Assert.Equal(7, test.Open().Record.Step);
    }, iter: 100);

    [Fact]
    public Task Of_writers_that_all_believe_to_own_the_run_one_survives() =>
        Gen.Select(Gen.Int[0, 1].Array[2, 12], Gen.Enum<WriteFate>().Array[0, 6], Gen.Int[0, 4]).SampleAsync(async (turns, fates, before) =>
        {
            var test = new RunStoreTests();
            for (var step = 0; step <= before; step++)
            {
                await Write(test.Open(), step);
            }

            RunStore[] writers = [test.Open(), test.Open()];
            Assert.All(writers, writer => Assert.Equal(before, writer.Record.Step));
            Array.ForEach(fates, test._places[(int)((writers[0].Record.Version + 1) % 2)].Fates.Enqueue);
            var ended = new HashSet<int>();
            var written = (long)before;
            foreach (var turn in turns.Concat([0, 1]).Where(turn => !ended.Contains(turn)))
            {
                try
                {
                    await Write(writers[turn], written + 1);
                    written++;
                }
                catch (InconsistentStateException)
                {
                    ended.Add(turn);
                }
            }

            Assert.Single(ended);
            Assert.Equal(turns[0], 1 - ended.Single());
            Assert.Equal(written, test.Open().Record.Step);
        }, iter: 300);

    [Fact]
    public async Task What_others_change_in_the_store_is_found_out()
    {
        var store = Open();
        await Write(store, 1);
        await Write(store, 2);
        var older = _places.Select(place => place.Kept()).ToArray();
        Assert.Equal([null, null], await Faults());

        await Write(store, 3);
        await Write(store, 4);
        Assert.Equal([null, null], await Faults());
        _places[0].Kept = () => older[0];
        Assert.Equal(["it is version 2, but the run has written version 4", null], await Faults());
        _places[0].Kept = () => new RunRecord { Damage = "a bit" };
        _places[1].Kept = () => new RunRecord();
        Assert.Equal(["a bit", "it is version 0, but the run has written version 5"], await Faults());

        async Task<IEnumerable<string?>> Faults() =>
            (await store.Check(() => Task.FromResult<IReadOnlyList<RunRecord>>([.. _places.Select(place => place.Kept())]))).Select(copy => copy.Fault);
    }

    [Fact]
    public async Task The_newest_checkpoint_before_a_step_is_kept()
    {
        for (var step = 1; step < 6; step++)
        {
            await Write(Open(), step * 10);
        }

        Assert.Equal(
            [null, 40L, 40L, 50L],
            new long[] { 39, 40, 49, 99 }.Select(step => Open().CheckpointBefore(step)?.Step));
    }

    /// <summary>
    /// The number of writes that fail before the writer knows the state of the place. It knows it
    /// after a write that succeeded, or when it finds out that a failed write was done.
    /// </summary>
    private static int Failures(WriteFate[] fates)
    {
        var failures = 0;
        var done = false;
        foreach (var fate in fates)
        {
            if (fate == WriteFate.Done || (done && fate == WriteFate.DoneButUnknown))
            {
                break;
            }

            failures++;
            done |= fate == WriteFate.DoneButUnknown;
        }

        return failures;
    }

    private static Task Write(RunStore store, long step)
    {
        store.Record.Checkpoint = new TrainingState(step, ParameterVector.Empty, ParameterVector.Empty, step, default, Ledger.StartingAt(0));
        return store.Write();
    }

    /// <summary>Makes the store of a new activation.</summary>
    private RunStore Open()
    {
        var store = new RunStore("run", [.. _places.Select(place => place.Open(Stored))], new RunGrainOptions().CheckpointRetryPause, new FakeTime(), _failures.Add);
        _ = _places.All(place => place.Kept().Damage is not null) ? null : store.Record;
        return store;
    }

    private static Func<RunRecord> Stored(RunRecord record)
    {
        var bytes = WireFormat.Write(record);
        return () => WireFormat.Read<RunRecord>(bytes);
    }
}
