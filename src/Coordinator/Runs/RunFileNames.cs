using Mnist.Distributed.Reports;
using Mnist.Distributed.Reports.Pages;

namespace Mnist.Distributed.Coordinator.Runs;

/// <summary>The names of the files in the folder of a run, but for its record.</summary>
internal static class RunFileNames
{
    public const string DescriptionName = StoredRun.Name;
    public const string ModelName = "model.safetensors";
    public const string MetricsName = "metrics.jsonl";
    public const string TableName = "metrics.csv";
    public const string EventsName = "tfevents";
    public const string IncidentsName = "incidents.jsonl";
    public const string OutputName = "output.log";

    /// <summary>What is written while a run trains, beside its weights.</summary>
    public static readonly string[] History = [DescriptionName, MetricsName, TableName, IncidentsName];

    /// <summary>What is written about the weights at the end.</summary>
    public static readonly string[] Report = [RunPage.Name, .. ReportFolder.Names];

    /// <summary>All files.</summary>
    public static readonly string[] Names = [DescriptionName, ModelName, MetricsName, TableName, IncidentsName, .. Report];

    /// <summary>All files and folders.</summary>
    public static IReadOnlyList<string> AllNames => [.. Names, EventsName, OutputName];
}
