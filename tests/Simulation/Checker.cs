using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Tests.Simulation.Training;
using Mnist.Distributed.Training.State;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Tests.Simulation;

/// <summary>
/// The checker of the simulation. It compares the replicas and the store at all times with the same
/// run computed in one place.
/// </summary>
internal sealed class Checker(TrainingPlan plan, RunOptions options)
{
    private readonly Dictionary<string, Oracle> _oracles = [];
    private readonly Dictionary<long, string> _servers = [];

    /// <summary>The first problem, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The newest record that was written.</summary>
    public RunRecord? Record { get; private set; }

    /// <summary>The expected run for silos of some numerics.</summary>
    public Oracle OracleOf(string numerics)
    {
        if (!_oracles.TryGetValue(numerics, out var oracle))
        {
            _oracles[numerics] = oracle = new Oracle(plan, numerics);
        }

        return oracle;
    }

    /// <summary>Checks the state of a replica.</summary>
    /// <param name="silo">Its silo.</param>
    /// <param name="state">The state.</param>
    /// <param name="step">The step that it must be at, if that is known.</param>
    public void Check(SiloReport silo, ModelState state, long? step)
    {
        Require(step is null || state.Step == step, $"{silo.Name} computes step {step} with the parameters of step {state.Step}");
        Require(state.Hash() == OracleOf(silo.Fingerprint).HashAt(state.Step), $"{silo.Name} has other bits at step {state.Step}");
        Require(state.Step <= EndOf(silo.Fingerprint), $"{silo.Name} is at step {state.Step}, and the run ends at step {EndOf(silo.Fingerprint)}");
        Require(state.Totals == OracleOf(silo.Fingerprint).At(state.Step).Totals, $"{silo.Name} has other totals at step {state.Step}: {state.Totals}");
    }

    /// <summary>Checks that no two parameter servers have the same generation.</summary>
    /// <param name="generation">The generation that begins.</param>
    /// <param name="silo">The name of its silo.</param>
    public void Begins(long generation, string silo) =>
        Require(_servers.TryAdd(generation, silo) || _servers[generation] == silo, $"generation {generation} begins on {silo}, and has begun on {_servers[generation]}");

    /// <summary>Checks a state that was written to the store.</summary>
    public void Written(object state)
    {
        if (state is not RunRecord record)
        {
            return;
        }

        Record = record;
        if (record.Checkpoint is { } checkpoint)
        {
            Check(checkpoint, OracleOf(record.Fingerprint!).At(checkpoint.Step));
        }

        Check(record.Ledger, record);
        CheckBest(record);
        foreach (var (index, epoch) in record.Epochs.Index())
        {
            Require(epoch.Seconds >= 0, $"epoch {index + 1} has taken {epoch.Seconds} s");
            var step = (long)plan.StepsPerEpoch * (index + 1);
            var (totals, test) = (OracleOf(record.Fingerprint!).At(step).Totals, OracleOf(record.Fingerprint!).EvaluationAt(step));
            Require(
                epoch == new EpochMetrics(
                    index + 1, totals.Steps, totals.Loss, totals.Metric, test.Loss, test.Metric, epoch.Seconds, epoch.ImagesPerSecond, Metric.Accuracy),
                $"epoch {index + 1} has other metrics: {epoch}");
        }
    }

    /// <summary>Checks a run that has ended.</summary>
    public void Ended()
    {
        Require(Record is { Status: RunStatus.Completed }, $"the run has ended as {Record?.Status}: {Record?.Message}");
        var end = EndOf(Record!.Fingerprint!);
        Require(Record.Step == end, $"the run has ended at step {Record.Step}, not {end}");
        Require(Record.Epochs.Count == end / plan.StepsPerEpoch, $"the run has ended after {Record.Epochs.Count} epochs, not {end / plan.StepsPerEpoch}");
        Require(Record.Message is null == (end == plan.TotalSteps), $"the run has ended at step {end} of {plan.TotalSteps} because: {Record.Message}");
    }

    /// <summary>Notes a problem if a condition is false.</summary>
    public void Require(bool holds, string problem)
    {
        if (!holds)
        {
            Problem ??= problem;
        }
    }

    private long EndOf(string numerics) => (long)plan.StepsPerEpoch * OracleOf(numerics).LastEpoch;

    private void CheckBest(RunRecord record)
    {
        if (options.Keep == KeptEpoch.Last || record.Epochs.Count == 0)
        {
            Require(record.Best is null, "the record keeps weights that nobody asked for");
            return;
        }

        var epoch = record.Epochs.MaxBy(epoch => epoch.TestMetric)!.Epoch;
        var expected = OracleOf(record.Fingerprint!).At((long)plan.StepsPerEpoch * epoch);
        Require(record.Best?.Epoch == epoch, $"the record keeps epoch {record.Best?.Epoch}, and epoch {epoch} is the best");
        Require(record.Best!.State.Parameters.Span.SequenceEqual(ExportedWeights.Of(expected).Parameters.Span), $"the record keeps other weights than those of epoch {epoch}");
        Require(record.Best.State is { Slots.Length: 0, Ledger.EndStep: var last } && last == expected.Step, "the record keeps more than the weights");
    }

    private void Check(TrainingState state, TrainingState expected)
    {
        Require(state.Parameters.Span.SequenceEqual(expected.Parameters.Span), $"the checkpoint has other parameters at step {state.Step}");
        Require(state.Slots.Span.SequenceEqual(expected.Slots.Span), $"the checkpoint has other momentum at step {state.Step}");
        Require(state.Average?.Span.SequenceEqual(expected.Average!.Span) ?? expected.Average is null, $"the checkpoint has another average at step {state.Step}");
        Require(state.Totals == expected.Totals, $"the checkpoint has other totals at step {state.Step}: {state.Totals}");
        Require(state.BatchesTracked == expected.BatchesTracked, $"the checkpoint has seen {state.BatchesTracked} batches at step {state.Step}");
    }

    private void Check(Ledger ledger, RunRecord record)
    {
        Require(ledger.FirstStep == 0 && ledger.EndStep == record.Step, $"the ledger is of steps {ledger.FirstStep}..{ledger.EndStep}, not 0..{record.Step}");
        var next = 0L;
        foreach (var block in ledger.Blocks)
        {
            Require(block.FirstStep == next && block.EndStep > next, $"the ledger goes on with {block.FirstStep}..{block.EndStep} at step {next}");
            next = block.EndStep;
            var worker = 0;
            foreach (var share in block.Shares)
            {
                Require(share.FirstWorker == worker && share.EndWorker > worker, $"a share of {share.FirstWorker}..{share.EndWorker} follows worker {worker}");
                worker = share.EndWorker;
            }

            string[] asked = [.. block.Shares.Where(share => !share.Speculative).Select(share => share.Silo)];
            Require(asked.Distinct().Count() == asked.Length, $"steps {block.FirstStep}..{block.EndStep} have a silo that takes part twice");
            Require(worker == plan.Workers, $"steps {block.FirstStep}..{block.EndStep} have {worker} of {plan.Workers} workers");
        }

        Require(next == ledger.EndStep, $"the ledger's blocks end at step {next} of {ledger.EndStep}");
        Require(ledger.Incidents.All(incident => incident.Step >= 0 && incident.Step < ledger.EndStep), "an incident is not of a step of the ledger");
        Require(
            ledger.Incidents.Zip(ledger.Incidents.Skip(1)).All(pair => pair.First.Step <= pair.Second.Step), "the ledger's incidents are not in order");
        var hashed = options.HashEvery == 0 ? [] : Enumerable.Range(0, (int)ledger.EndStep).Where(step => step % options.HashEvery == 0);
        Require(
            ledger.Hashes.SequenceEqual(hashed.Select(step => OracleOf(record.Fingerprint!).HashAt(step))), "the ledger has other hashes");
    }
}
