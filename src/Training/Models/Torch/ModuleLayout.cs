using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Vectors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// The layout of a module: its parameters and running statistics, with the names and in the order
/// of PyTorch's <c>state_dict</c>. Whatever else a module stores is refused by name.
/// </summary>
internal static class ModuleLayout
{
    /// <summary>Makes the layout of a module.</summary>
    /// <param name="name">Name of the model, for messages.</param>
    /// <param name="module">The module.</param>
    /// <param name="initial">Draws the initial values.</param>
    /// <exception cref="InvalidInputException">
    /// The module has no parameters, or a tensor that a run cannot keep.
    /// </exception>
    public static ParameterLayout Of(string name, Module<Tensor, Tensor> module, InitialDraw initial)
    {
        var builder = new ParameterLayout.Builder();
        var parameters = 0;
        foreach (var entry in Entries(module))
        {
            switch (entry.Kind)
            {
                case EntryKind.Parameter:
                    CheckParameter(name, entry);
                    builder.Parameter(entry.Name, Shape(entry.Tensor), InitialValue.Of(0));
                    parameters++;
                    break;
                case EntryKind.Statistic:
                    CheckNorm(name, entry);
                    builder.Statistic(entry.Name, Shape(entry.Tensor), InitialValue.Of(0));
                    break;
                case EntryKind.Counter:
                    builder.Counter(entry.Name);
                    break;
                default:
                    throw new InvalidInputException(
                        $"The model {name} has the buffer {entry.Name}, which is no statistic of a batch norm: register it with persistent: false, or make it a parameter.");
            }
        }

        InvalidInputException.Require(parameters > 0, $"The model {name} has no parameters: call RegisterComponents() at the end of the module's constructor.");
        UnregisteredModules.Refuse(name, Modules(module));
        return builder.Build(initial);
    }

    /// <summary>
    /// The tensors of a module that have a place in its layout, with their places.
    /// </summary>
    public static IEnumerable<(Segment Segment, Tensor Tensor)> TensorsOf(Module<Tensor, Tensor> module, ParameterLayout layout) =>
        from entry in Entries(module)
        where entry.Kind is EntryKind.Parameter or EntryKind.Statistic
        select (layout[entry.Name], entry.Tensor);

    /// <summary>The norms of a module that keep running statistics, with their names.</summary>
    public static IEnumerable<(string Name, NormBase Norm)> Norms(Module<Tensor, Tensor> module) =>
        Modules(module).Where(entry => entry.Module is NormBase { running_mean: not null }).Select(entry => (entry.Name, (NormBase)entry.Module));

    /// <summary>A module and all its submodules, each once, with their full names.</summary>
    public static IEnumerable<(string Name, Module Module)> Modules(Module module)
    {
        var seen = new HashSet<Module>(ReferenceEqualityComparer.Instance);
        return Walk("", module).Where(entry => seen.Add(entry.Module));
    }

    /// <summary>The full name of a tensor or module below a module.</summary>
    public static string Join(string name, string own) => name.Length == 0 ? own : $"{name}.{own}";

    private static IEnumerable<(string Name, Module Module)> Walk(string name, Module module)
    {
        yield return (name, module);
        foreach (var (own, child) in module.named_children())
        {
            foreach (var below in Walk(Join(name, own), child))
            {
                yield return below;
            }
        }
    }

    private static IEnumerable<Entry> Entries(Module<Tensor, Tensor> root)
    {
        var seen = new HashSet<nint>();
        foreach (var (name, module) in Modules(root))
        {
            foreach (var (own, parameter) in module.named_parameters(recurse: false))
            {
                if (seen.Add(parameter.Handle))
                {
                    yield return new Entry(Join(name, own), parameter, EntryKind.Parameter, module);
                }
            }

            foreach (var (own, buffer) in module.named_buffers(recurse: false))
            {
                var kind = module is not NormBase ? EntryKind.Other : own == nameof(NormBase.num_batches_tracked) ? EntryKind.Counter : EntryKind.Statistic;
                yield return new Entry(Join(name, own), buffer, kind, module);
            }
        }
    }

    private static void CheckParameter(string name, Entry entry)
    {
        InvalidInputException.Require(
            entry.Tensor.dtype == ScalarType.Float32,
            $"The parameter {entry.Name} of the model {name} is of type {entry.Tensor.dtype}: use float32, the default of TorchSharp.");
        InvalidInputException.Require(
            entry.Tensor.requires_grad,
            $"The parameter {entry.Name} of the model {name} is frozen (requires_grad is false): every parameter is trained, so make it a tensor in a field that is not registered.");
    }

    /// <summary>A run updates all running statistics with PyTorch's default weight.</summary>
    private static void CheckNorm(string name, Entry entry)
    {
        var norm = (NormBase)entry.Owner;
        InvalidInputException.Require(
            norm.momentum is 0.1 && norm is BatchNorm && entry.Tensor.dtype == ScalarType.Float32,
            $"The running statistic {entry.Name} of the model {name} belongs to {(norm is BatchNorm ? $"a batch norm with momentum {norm.momentum?.ToString(CultureInfo.InvariantCulture) ?? "null"}" : norm.GetType().Name)}: use a BatchNorm of float32 with momentum 0.1, or track_running_stats: false.");
    }

    private static int[] Shape(Tensor tensor) => Array.ConvertAll(tensor.shape, size => checked((int)size));

    private enum EntryKind
    {
        Parameter,
        Statistic,
        Counter,
        Other,
    }

    private sealed record Entry(string Name, Tensor Tensor, EntryKind Kind, Module Owner);
}
