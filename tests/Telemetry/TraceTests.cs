using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Processes;
using Mnist.Distributed.Training.Catalogue;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>The data that an OpenTelemetry backend receives from a run on three silos.</summary>
public sealed class TraceTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task A_run_on_three_silos_is_one_whole_trace()
    {
        await using var receiver = NewReceiver();
        await _home.Up("traced", 3);
        (await _home.Mnist("train", "--data", data.Path, "--workers", "3", "--epochs", "2", "--cluster", "traced", "--out", _home["out"])).Succeeds();
        var root = Assert.Single(receiver.Spans, span => span.Name == "started");

        // The silos go on to send metrics, and the series of the ended run end.
        await receiver.Until(
            () => receiver.MetricNames.Contains("mnist.steps") && receiver.MetricNames.Contains("mnist.checkpoint.duration") && !IsMeasured(receiver, root), _home.Guard);

        // Silos that leave send the data that they still hold.
        (await _home.Mnist("cluster", "down", "--name", "traced")).Succeeds();

        Assert.False(IsMeasured(receiver, root));
        var trace = receiver.Spans.Where(span => span.TraceId == root.TraceId).ToDictionary(span => span.Id);
        Assert.Equal(receiver.Spans.Count, trace.Count);
        Assert.All(trace.Values.Where(span => span != root), span => Assert.True(trace.ContainsKey(span.ParentId), $"{span.Name} has lost its parent"));
        Assert.Equal("", root.ParentId);

        var command = Assert.Single(trace.Values, span => span.Name == "train");
        Assert.Equal("completed", command.Tags["mnist.outcome"]);
        Assert.Equal(64, command.Tags["mnist.weights.sha256"].Length);
        var run = Assert.Single(trace.Values, span => span.Name == "run");
        Assert.Equal("completed", run.Tags["mnist.outcome"]);
        Assert.Equal(command.Tags["mnist.weights.sha256"], run.Tags["mnist.weights.sha256"]);
        Assert.Equal("traced", run.Tags["mnist.cluster"]);
        Assert.Equal("mlp", run.Tags["mnist.model"]);
        var epochs = trace.Values.Where(span => span.Name == "epoch").ToArray();
        Assert.Equal(["1", "2"], epochs.Select(epoch => epoch.Tags["mnist.epoch"]).Order());
        Assert.All(trace.Values.Where(span => span.Name is "train" or "run" or "epoch" or "step" or "evaluate" or "checkpoint"), span => Assert.Equal(root.Id, span.ParentId));
        var evaluations = trace.Values.Where(span => span.Name == "evaluate").ToArray();
        Assert.Equal(["1", "2"], evaluations.Select(evaluation => evaluation.Tags["mnist.epoch"]).Order());
        Assert.All(evaluations, evaluation => Assert.InRange(Number(evaluation, "mnist.metric.value"), 0, 1));
        Assert.Equal(2, trace.Values.Count(span => span.Name == "checkpoint"));
        Assert.DoesNotContain(trace.Values, span => span.IsError);

        // The first five steps are sampled; each reaches three silos and their workers.
        var steps = trace.Values.Where(span => span.Name == "step").ToArray();
        Assert.Equal(["0", "1", "2", "3", "4"], steps.Select(step => step.Tags["mnist.step"]).Order());
        foreach (var step in steps)
        {
            Assert.Equal("30", step.Tags["mnist.samples"]);
            Assert.True(Number(step, "mnist.loss") > 0);

            // The parts of the time fit into the span.
            string[] parts = ["wait", "compute", "send", "sum", "commit"];
            Assert.All(parts, part => Assert.InRange(Number(step, $"mnist.step.{part}.seconds"), 0, (step.End - step.Start) / 1e9));
            Assert.Contains(step.Tags["mnist.step.last_silo"], new[] { "silo-1", "silo-2", "silo-3" });
            var bytes = Number(step, "mnist.wire.memory.received") + Number(step, "mnist.wire.socket.received");
            Assert.Equal(2 * sizeof(float) * TrainingSetup.Of(new TrainingPlan()).Model.Layout.Length, bytes);
            var replicas = trace.Values.Where(span => span.Name == "replica" && span.ParentId == step.Id).ToArray();
            Assert.Equal(["silo-1", "silo-2", "silo-3"], replicas.Select(replica => replica.Tags["mnist.silo"]).Order());
            Assert.All(replicas, replica => Assert.StartsWith($"{replica.Tags["mnist.silo"]}-", replica.Instance, StringComparison.Ordinal));
            Assert.All(replicas, replica => Assert.True(replica.Tags.ContainsKey("mnist.update.seconds")));
            var computes = trace.Values.Where(span => span.Name == "compute" && replicas.Any(replica => replica.Id == span.ParentId));
            Assert.Equal(["0", "1", "2"], computes.Select(compute => compute.Tags["mnist.worker"]).Order());
        }

        Assert.All(trace.Values, span => Assert.Equal(root.Tags["mnist.run.id"], span.Tags["mnist.run.id"]));
        foreach (var instrument in new[] { "mnist.images", "mnist.steps", "mnist.step.duration", "mnist.gradient.bytes", "mnist.loss", "mnist.checkpoint.duration", "mnist.evaluation.metric", "mnist.silos.active", "mnist.compute.queue", "mnist.wire.io" })
        {
            Assert.Contains(instrument, receiver.MetricNames);
        }

        // A step takes some milliseconds, and the buckets tell such times apart.
        var durations = Assert.Single(receiver.Points["mnist.step.duration"]);
        Assert.Equal(root.Tags["mnist.run.id"], durations.Tags["mnist.run.id"]);
        Assert.Equal("mlp", durations.Tags["mnist.model"]);
        Assert.True(durations.Counts.Count(count => count > 0) > 1);
        Assert.InRange(durations.Bounds.Count(bound => bound < 0.01), 8, 20);
        var exemplars = receiver.ExemplarsOf("mnist.step.duration");
        Assert.All(exemplars, exemplar => Assert.Equal(root.TraceId, exemplar.TraceId));
        Assert.Contains(exemplars, exemplar => steps.Any(step => step.Id == exemplar.SpanId));
        Assert.Contains(receiver.Logs, log => log.TraceId == root.TraceId);
        Assert.Equal("traced", receiver.Resources["/v1/traces"]["service.namespace"]);
        Assert.NotEmpty(receiver.Resources["/v1/traces"]["service.version"]);
    }

    [Fact]
    public async Task A_run_that_fails_is_an_error_with_its_sentence()
    {
        await using var receiver = NewReceiver();

        var failed = await _home.Mnist("train", "--data", data.Path, "--model", "mlp-logits", "--lr", "1e30", "--epochs", "3", "--out", _home["out"]);

        Assert.Equal(1, failed.ExitCode);
        foreach (var name in new[] { "run", "train" })
        {
            var ended = Assert.Single(receiver.Spans, span => span.Name == name);
            Assert.True(ended.IsError);
            Assert.Equal("failed", ended.Tags["mnist.outcome"]);
            Assert.StartsWith("the loss stopped being a finite number at step ", ended.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Silos_that_join_and_leave_as_they_should_are_no_errors()
    {
        await using var receiver = NewReceiver();
        await _home.Up("changing", 2);
        using var train = _home.Start("train", "--data", data.Path, "--workers", "3", "--epochs", "1000000", "--cluster", "changing", "--out", _home["out"]);
        var reading = Task.WhenAll(train.StandardOutput.ReadToEndAsync(_home.Guard), train.StandardError.ReadToEndAsync(_home.Guard));
        try
        {
            await receiver.Until(() => receiver.Spans.Any(span => span.Name == "step"), _home.Guard);
            (await _home.Mnist("cluster", "scale", "--silos", "3", "--name", "changing")).Succeeds();

            // A busy machine may find the new silo late in its first step. It joins again then.
            await receiver.Until(() => receiver.Spans.Any(span => span.Name == "membership" && span.Has("joined")), _home.Guard);
            (await _home.Mnist("cluster", "scale", "--silos", "2", "--name", "changing")).Succeeds();
            await receiver.Until(() => receiver.Spans.Any(span => span.Has("left")), _home.Guard);
        }
        finally
        {
            Signals.InterruptIfRunning(train.Id);
            await train.WaitForExitAsync(_home.Guard);
            await reading;
        }

        (await _home.Mnist("cluster", "down", "--name", "changing")).Succeeds();
        var root = Assert.Single(receiver.Spans, span => span.Name == "started");
        var changes = receiver.Spans.Where(span => span.Name is "membership" or "recovery").ToArray();
        Assert.All(changes, change => Assert.Equal((root.TraceId, root.Id), (change.TraceId, change.ParentId)));
        Assert.All(changes, change => Assert.Equal(change.Name == "recovery", change.IsError));
        Assert.All(changes, change => Assert.Equal(change.IsError, change.Events.Any(item => item.Name is not ("joined" or "left"))));
        Assert.All(changes.Where(change => change.Has("left")), change => Assert.Contains(change.Events, item => item.Name == "left" && item.Tags["mnist.silo"] == "silo-3"));
    }

    /// <summary>Whether the newest metrics of some process have points of a run.</summary>
    private static bool IsMeasured(OtlpReceiver receiver, Span root) => receiver.MeasuredRuns.Values.Any(runs => runs.Contains(root.Tags["mnist.run.id"]));

    /// <summary>Starts a backend that the programs send to.</summary>
    private OtlpReceiver NewReceiver()
    {
        var receiver = new OtlpReceiver();
        _home.Set("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint);
        _home.Set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        return receiver;
    }

    private static double Number(Span span, string tag) => double.Parse(span.Tags[tag], CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
