namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>Names of attributes that several spans and metrics have.</summary>
public static class TelemetryNames
{
    /// <summary>The id of the run.</summary>
    public const string Run = "mnist.run.id";

    /// <summary>The name of the model.</summary>
    public const string Model = "mnist.model";

    /// <summary>The step, counted from the start of the run.</summary>
    public const string Step = "mnist.step";

    /// <summary>The 1-based epoch.</summary>
    public const string Epoch = "mnist.epoch";

    /// <summary>The name of a silo.</summary>
    public const string Silo = "mnist.silo";

    /// <summary>The kind of an incident, in lower case.</summary>
    public const string IncidentKind = "mnist.incident.kind";
}
