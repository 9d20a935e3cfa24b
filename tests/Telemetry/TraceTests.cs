using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Telemetry;

/// <summary>The data that an OpenTelemetry backend receives from a run on three silos.</summary>
public sealed class TraceTests(SmallMnist data) : IAsyncDisposable
{
    private readonly UserHome _home = new();

    [Fact]
    public async Task A_run_on_three_silos_is_one_whole_trace()
    {
        await using var receiver = new OtlpReceiver();
        _home.Set("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint);
        _home.Set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        await _home.Up("traced", 3);
        (await _home.Mnist("train", "--data", data.Path, "--workers", "3", "--epochs", "2", "--cluster", "traced", "--out", _home["out"])).Succeeds();

        // Silos that leave send the data that they still hold.
        (await _home.Mnist("cluster", "down", "--name", "traced")).Succeeds();

        var root = Assert.Single(receiver.Spans, span => span.Name == "train");
        var trace = receiver.Spans.Where(span => span.TraceId == root.TraceId).ToDictionary(span => span.Id);
        Assert.Equal(receiver.Spans.Count, trace.Count);
        Assert.All(trace.Values.Where(span => span != root), span => Assert.True(trace.ContainsKey(span.ParentId), $"{span.Name} has lost its parent"));
        Assert.Equal("", root.ParentId);

        var run = Assert.Single(trace.Values, span => span.Name == "run");
        Assert.Equal(root.Id, run.ParentId);
        Assert.Equal("mlp", run.Tags["mnist.model"]);
        var epochs = trace.Values.Where(span => span.Name == "epoch").ToArray();
        Assert.Equal(["1", "2"], epochs.Select(epoch => epoch.Tags["mnist.epoch"]).Order());
        Assert.All(epochs, epoch => Assert.Equal(run.Id, epoch.ParentId));

        // The first five steps are sampled; each reaches three silos and their workers.
        var steps = trace.Values.Where(span => span.Name == "step").ToArray();
        Assert.Equal(["0", "1", "2", "3", "4"], steps.Select(step => step.Tags["mnist.step"]).Order());
        foreach (var step in steps)
        {
            Assert.Contains(step.ParentId, epochs.Select(epoch => epoch.Id));
            Assert.Equal("30", step.Tags["mnist.samples"]);
            Assert.True(double.Parse(step.Tags["mnist.loss"], System.Globalization.CultureInfo.InvariantCulture) > 0);
            var replicas = trace.Values.Where(span => span.Name == "replica" && span.ParentId == step.Id).ToArray();
            Assert.Equal(["silo-1", "silo-2", "silo-3"], replicas.Select(replica => replica.Tags["mnist.silo"]).Order());
            Assert.All(replicas, replica => Assert.Equal(replica.Tags["mnist.silo"], replica.Instance));
            var computes = trace.Values.Where(span => span.Name == "compute" && replicas.Any(replica => replica.Id == span.ParentId));
            Assert.Equal(["0", "1", "2"], computes.Select(compute => compute.Tags["mnist.worker"]).Order());
        }

        Assert.All(trace.Values, span => Assert.Equal(root.Tags["mnist.run.id"], span.Tags["mnist.run.id"]));
        foreach (var instrument in new[] { "mnist.images", "mnist.steps", "mnist.step.duration", "mnist.gradient.bytes", "mnist.loss" })
        {
            Assert.Contains(instrument, receiver.MetricNames);
        }

        Assert.Contains(root.TraceId, receiver.LogTraceIds);
    }

    public ValueTask DisposeAsync() => _home.DisposeAsync();
}
