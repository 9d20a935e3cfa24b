namespace Mnist.Distributed.Grains.Replicas;

/// <summary>The replicas of a silo that is about to leave.</summary>
public interface IDrainingReplicas
{
    /// <summary>Whether a parameter server still counts on this silo.</summary>
    bool AwaitAnswers { get; }

    /// <summary>Lets every replica say in its answers that the silo is about to leave.</summary>
    void Leave();
}
