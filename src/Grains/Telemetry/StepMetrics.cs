using System.Diagnostics.Metrics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Grains;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>The metrics of the steps of a run, on its parameter server.</summary>
public sealed class StepMetrics : IDisposable
{
    /// <summary>
    /// The counts of a step that takes longer are sent at once, because sending is cheap then.
    /// </summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(10);

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?>[] _attributes;
    private readonly Counter<long> _images;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _gradientBytes;
    private readonly Counter<long> _wireBytes;
    private readonly Counter<long> _incidents;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _compute;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _recovery;
    private readonly Gauge<double> _loss;
    private Counted _counted;

    /// <summary>Creates the instruments.</summary>
    /// <param name="generation">The run and the generation of the parameter server.</param>
    /// <param name="plan">The plan of the run.</param>
    public StepMetrics(RunGeneration generation, TrainingPlan plan)
    {
        _meter = RunMeter.Of(generation.RunId, $"steps/{generation.Number}");
        _attributes = RunMeter.Attributes(generation.RunId, plan);
        _images = _meter.CreateCounter<long>("mnist.images", "{image}", "Training samples of committed steps.");
        _steps = _meter.CreateCounter<long>("mnist.steps", "{step}", "Committed steps.");
        _gradientBytes = _meter.CreateCounter<long>("mnist.gradient.bytes", "By", "Bytes of the vectors the parameter server summed.");
        _wireBytes = _meter.CreateCounter<long>("mnist.wire.io", "By", "Bytes of vectors between the parameter server and other silos, by path and direction.");
        _incidents = _meter.CreateCounter<long>("mnist.incidents", "{incident}", "Incidents, by kind.");
        _duration = Seconds("mnist.step.duration", "Time from one committed step to the next.");
        _wait = Seconds("mnist.step.wait.duration", "Time from the first answer of a silo to the last one.");
        _compute = Seconds("mnist.step.compute.duration", "Time that the silo which answered last has worked.");
        _commit = Seconds("mnist.step.commit.duration", "Time from the last answer to the commit.");
        _recovery = Seconds("mnist.recovery.duration", "Time from the last commit before a disturbance to the next one.");
        _loss = _meter.CreateGauge<double>("mnist.loss", "1", "Mean loss of the newest committed step.");
    }

    /// <summary>Whether somebody listens.</summary>
    public bool IsWanted => _wait.Enabled;

    /// <summary>Counts a committed step.</summary>
    /// <param name="totals">Its totals.</param>
    /// <param name="gradientBytes">Bytes of the vectors that were summed.</param>
    /// <param name="memory">Bytes of vectors through shared memory.</param>
    /// <param name="socket">Bytes of vectors through sockets.</param>
    public void Committed(StepTotals totals, long gradientBytes, Traffic memory, Traffic socket) => _counted = new Counted(
        _counted.Steps + 1, _counted.Images + totals.Samples, _counted.GradientBytes + gradientBytes, _counted.Memory + memory, _counted.Socket + socket, totals.Loss);

    /// <summary>Adds the duration of a committed step.</summary>
    /// <param name="duration">Time since the commit before.</param>
    /// <param name="isRecovery">Whether a disturbance happened in this time.</param>
    /// <param name="times">
    /// What took how long, for one step in so many; null for the others. If slow steps had times
    /// more often, the percentiles of the times would be too high.
    /// </param>
    public void Took(TimeSpan duration, bool isRecovery, StepTimes? times)
    {
        _duration.Record(duration.TotalSeconds, _attributes);
        if (isRecovery)
        {
            _recovery.Record(duration.TotalSeconds, _attributes);
        }

        if (times is not null)
        {
            _wait.Record(times.Wait, _attributes);
            _compute.Record(times.Compute, _attributes);
            _commit.Record(times.Sum + times.Commit, _attributes);
        }

        // A step may take a tenth of a millisecond. The counts of such steps are sent together.
        if (times is not null || duration > Slow)
        {
            Send();
        }
    }

    /// <summary>Adds an incident.</summary>
    public void Note(Incident incident) => _incidents.Add(1, [.. _attributes, new(TelemetryNames.IncidentKind, SnakeCase.Of(incident.Kind))]);

    /// <inheritdoc />
    public void Dispose()
    {
        Send();
        _meter.Dispose();
    }

    private void Send()
    {
        if (_counted.Steps == 0)
        {
            return;
        }

        _images.Add(_counted.Images, _attributes);
        _steps.Add(_counted.Steps, _attributes);
        _gradientBytes.Add(_counted.GradientBytes, _attributes);
        _loss.Record(_counted.Loss, _attributes);
        Send("memory", _counted.Memory);
        Send("socket", _counted.Socket);
        _counted = default;
    }

    private void Send(string path, Traffic traffic)
    {
        foreach (var (direction, bytes) in (ReadOnlySpan<(string, long)>)[("transmit", traffic.Sent), ("receive", traffic.Received)])
        {
            if (bytes > 0)
            {
                _wireBytes.Add(bytes, [.. _attributes, new("mnist.path", path), new("network.io.direction", direction)]);
            }
        }
    }

    private Histogram<double> Seconds(string name, string description) => _meter.CreateHistogram(name, "s", description, tags: null, Buckets.Seconds);

    /// <summary>What the steps since the last sending add up to.</summary>
    private readonly record struct Counted(long Steps, long Images, long GradientBytes, Traffic Memory, Traffic Socket, double Loss);
}
