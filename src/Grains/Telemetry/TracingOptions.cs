namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>Which steps of a run become spans.</summary>
public sealed class TracingOptions
{
    /// <summary>The first steps of a run that are traced. Default: 5.</summary>
    public int FirstSteps { get; set; } = 5;

    /// <summary>After those, one in so many. 0 traces none. Default: 500.</summary>
    public int OneIn { get; set; } = 500;

    /// <summary>Whether a step is traced.</summary>
    public bool IsSampled(long step) => step < FirstSteps || (OneIn > 0 && step % OneIn == 0);
}
