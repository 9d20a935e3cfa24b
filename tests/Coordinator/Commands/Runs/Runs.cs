using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Commands.Runs;

namespace Mnist.Distributed.Tests.Coordinator.Commands.Runs;

/// <summary>Runs for tests of what is done with lists of them.</summary>
internal static class Runs
{
    /// <summary>The time of these tests.</summary>
    public static readonly DateTime Now = new(2026, 9, 30, 12, 0, 0, DateTimeKind.Utc);

    private static readonly JsonElement Plan = JsonSerializer.Deserialize<JsonElement>(
        """{"model":"mlp","data_set":"mnist","loss":"cross-entropy","optimizer":"sgd","learning_rate":0.01,"workers":2,"seed":0,"epochs":3}""");

    /// <summary>A run that was started some days ago and took an hour.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="status">Its status.</param>
    /// <param name="days">How many days ago it was started.</param>
    /// <param name="accuracies">Its accuracy after each epoch.</param>
    public static KnownRun Run(string id, RunStatus status = RunStatus.Completed, double days = 1, params double[] accuracies) =>
        new(id, status, Plan, Metric.Accuracy, [.. accuracies.Select((value, at) => Epoch(at + 1, value))])
        {
            StartedAt = Now.AddDays(-days),
            EndedAt = status is RunStatus.Running or RunStatus.Queued ? null : Now.AddDays(-days).AddHours(1),
        };

    /// <summary>The results of an epoch with an accuracy.</summary>
    public static EpochMetrics Epoch(int epoch, double accuracy) => new(epoch, 10, 0.5, accuracy, 1 - accuracy, accuracy, 2, 100, Metric.Accuracy);
}
