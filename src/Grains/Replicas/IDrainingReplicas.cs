namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The replicas of a silo, as the graceful shutdown uses them.</summary>
public interface IDrainingReplicas
{
    /// <summary>
    /// Whether a parameter server still expects answers from this silo: it asks for steps and does
    /// not know yet that the silo drains.
    /// </summary>
    bool AwaitAnswers { get; }

    /// <summary>Starts to drain: every replica says in its answers that the silo drains.</summary>
    void Leave();
}
