using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;

namespace Mnist.Distributed.Training.Models;

/// <summary>A trainable net: where its tensors lie and how it is instantiated over them.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Layout">Where its tensors lie in the flat vectors.</param>
/// <param name="Bind">Makes a network over a vector of parameters and, for training, one that receives gradients.</param>
/// <param name="FloatsPerSample">Floats that a network which trains keeps of each sample of a batch; a lower bound.</param>
public sealed record Model(string Name, ParameterLayout Layout, Func<NetworkBinding, Network> Bind, int FloatsPerSample)
{
    /// <summary>Names of all models.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mlp", "mlp-logits", "cnn"];

    /// <summary>The model a plan asks for.</summary>
    /// <exception cref="InvalidInputException">There is no model of that name.</exception>
    public static Model Of(TrainingPlan plan) => plan.Model switch
    {
        "mlp" => MlpNetwork.Model(plan.Model, plan.Hidden, trailingRelu: true),
        "mlp-logits" => MlpNetwork.Model(plan.Model, plan.Hidden, trailingRelu: false),
        "cnn" => CnnNetwork.Model(plan.Model, plan.Dropout),
        _ => throw new InvalidInputException($"There is no model '{plan.Model}': choose one of {string.Join(", ", Names)}."),
    };
}
