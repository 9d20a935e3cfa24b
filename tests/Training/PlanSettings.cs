using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Models.Fast;

namespace Mnist.Distributed.Tests.Training;

/// <summary>The settings of the recipe's models and of SGD, for plans in tests.</summary>
internal static class PlanSettings
{
    public static Settings Hidden(int units) => Settings.Empty.With(MlpNetwork.Hidden, units);

    /// <summary>The hidden units, for models that have them.</summary>
    public static Settings OfModel(string model, int hidden) => model is "cnn" or "cnn-module" or "resnet" ? Settings.Empty : Hidden(hidden);

    public static Settings Dropout(float probability) => Settings.Empty.With(CnnNetwork.Dropout, probability);

    public static Settings Sgd(float momentum, float weightDecay = 0) =>
        Settings.Empty.With(Mnist.Distributed.Training.Optimizers.Sgd.Momentum, momentum).With(Mnist.Distributed.Training.Optimizers.Sgd.WeightDecay, weightDecay);
}
