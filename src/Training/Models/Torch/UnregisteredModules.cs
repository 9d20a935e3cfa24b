using System.Collections;
using System.Reflection;
using Mnist.Distributed.Contracts;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// Finds modules that another module holds in a field, for example in a list, without having
/// registered them. TorchSharp does not know their parameters, so they would never be trained.
/// </summary>
internal static class UnregisteredModules
{
    /// <summary>Refuses such modules.</summary>
    /// <param name="name">Name of the model, for the message.</param>
    /// <param name="registered">A module and all its registered submodules.</param>
    /// <exception cref="InvalidInputException">There is such a module.</exception>
    public static void Refuse(string name, IEnumerable<(string Name, nn.Module Module)> registered)
    {
        var known = registered.Select(entry => entry.Module).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var module in known.Cast<nn.Module>())
        {
            foreach (var field in FieldsOf(module.GetType()))
            {
                InvalidInputException.Require(
                    ModulesIn(field.GetValue(module)).All(known.Contains),
                    $"The model {name} holds modules in the field {field.Name} of {module.GetType().Name} that are not registered, so they would not be trained: use TorchSharp's ModuleList, or register_module.");
            }
        }
    }

    /// <summary>The fields that a user's class declares; those of TorchSharp are its own.</summary>
    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null && type.Assembly != typeof(nn.Module).Assembly; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    private static IEnumerable<nn.Module> ModulesIn(object? value) => value switch
    {
        nn.Module module => [module],
        IEnumerable<nn.Module> modules => modules,
        IDictionary entries => entries.Values.OfType<nn.Module>(),
        _ => [],
    };
}
