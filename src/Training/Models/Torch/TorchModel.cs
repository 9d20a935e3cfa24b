using System.Collections.Concurrent;
using Mnist.Distributed.Contracts.Plans;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// Makes a model from an ordinary TorchSharp module. The module's parameters are views of the flat
/// vector, autograd computes their gradients, and the running statistics and dropout masks follow
/// the rules of a run. A module must be pure: outputs and gradients may depend only on parameters
/// and inputs. A module that is not is refused before the run starts.
/// </summary>
public static class TorchModel
{
    /// <summary>A model without settings.</summary>
    /// <param name="name">The name on the command line and in the plan.</param>
    /// <param name="create">
    /// Makes the module for a shape. The module takes samples x channels x rows x columns, and
    /// gives samples x <see cref="ModelShape.Outputs"/>. The generator of libtorch is seeded before
    /// the call, so the module may draw its initial parameters as usual.
    /// </param>
    public static ModelDefinition Define(string name, Func<Settings, ModelShape, Module<Tensor, Tensor>> create) =>
        Define(name, "a TorchSharp module", [], shape => create(shape.Settings, shape));

    /// <summary>A model with settings.</summary>
    /// <param name="name">The name on the command line and in the plan.</param>
    /// <param name="summary">A description in a few words, for help.</param>
    /// <param name="settings">The settings that the model has.</param>
    /// <param name="create">
    /// Makes the module for a shape, as in
    /// <see cref="Define(string, Func{Settings, ModelShape, Module{Tensor, Tensor}})"/>.
    /// </param>
    public static ModelDefinition Define(
        string name, string summary, IReadOnlyList<Setting> settings, Func<ModelShape, Module<Tensor, Tensor>> create)
    {
        // A model is made several times for one run, and each time the module would be built and
        // probed anew.
        var models = new ConcurrentDictionary<ModelShape, Model>();
        return new ModelDefinition(name, summary, settings, shape => models.GetOrAdd(shape, _ => Create(name, shape, create)));
    }

    private static Model Create(string name, ModelShape shape, Func<ModelShape, Module<Tensor, Tensor>> create)
    {
        var factory = new ModuleFactory(name, () => create(shape));
        using var module = factory.Make(seed: 0);
        var layout = ModuleLayout.Of(name, module, factory.Initialise);
        var gradient = ModuleProbe.Run(factory, shape, layout);
        return new Model(
            layout,
            shape.Outputs,
            binding => new TorchNetwork(factory, shape, binding),
            FloatsPerSample: shape.Sample.Pixels + shape.Outputs,
            MultiplyAdds: ModuleFailure.Guard(name, "forward", () => MultiplyAddCounter.Count(module, shape.Sample)),
            gradient);
    }
}
