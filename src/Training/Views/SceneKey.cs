using Mnist.Distributed.Training.Randomness;

namespace Mnist.Distributed.Training.Views;

/// <summary>
/// The key of the random numbers with which a task draws scenes. The scenes for training follow the
/// seed of the run. The scenes for testing are the same in every run.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="Purpose">Training or testing.</param>
public readonly record struct SceneKey(long Seed, RandomPurpose Purpose)
{
    /// <summary>The key of the test samples.</summary>
    public static SceneKey Testing => new(0, RandomPurpose.TestScene);

    /// <summary>The key of the training samples of a run.</summary>
    public static SceneKey Training(long seed) => new(seed, RandomPurpose.TrainingScene);

    /// <summary>The random numbers of one sample.</summary>
    /// <param name="index">0-based position of the sample in its split.</param>
    /// <param name="epoch">0-based epoch, if every epoch draws anew.</param>
    public KeyedRandom Of(int index, int epoch = 0) => new(Seed, Purpose, index, epoch);
}
