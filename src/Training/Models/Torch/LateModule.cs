using Mnist.Distributed.Contracts.Plans;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// A model of the catalogue whose module is defined at the first use of the model. A program that
/// only prints a help text then does not load TorchSharp.
/// </summary>
/// <param name="name">The name on the command line and in the plan.</param>
/// <param name="summary">A description in a few words, for help.</param>
/// <param name="settings">The settings that the model has.</param>
internal sealed class LateModule(string name, string summary, IReadOnlyList<Setting> settings)
{
    /// <summary>The entry of the catalogue.</summary>
    /// <param name="define">Calls <see cref="Of"/>.</param>
    public ModelDefinition Define(Func<LateModule, ModelDefinition> define)
    {
        var definition = new Lazy<ModelDefinition>(() => define(this));
        return new ModelDefinition(name, summary, settings, shape => definition.Value.Create(shape));
    }

    /// <summary>The model of the modules that a function makes.</summary>
    public ModelDefinition Of(Func<ModelShape, Module<Tensor, Tensor>> create) => TorchModel.Define(name, summary, settings, create);
}
