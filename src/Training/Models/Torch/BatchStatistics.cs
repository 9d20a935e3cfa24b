using System.Numerics.Tensors;
using Mnist.Distributed.Training.Vectors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// The running statistics of a module's batch norms. In a training network each norm has buffers of
/// its own, which a pass overwrites with the statistics of its batch; these are written to the
/// gradient vector, times the number of samples, and the state adds them up. In a network that only
/// evaluates, the buffers are views of the state.
/// </summary>
internal sealed class BatchStatistics
{
    private readonly NetworkBinding _binding;
    private readonly List<NormStatistics> _norms = [];

    /// <summary>Takes over the norms of a module.</summary>
    public BatchStatistics(Module<Tensor, Tensor> module, NetworkBinding binding)
    {
        _binding = binding;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (name, norm) in ModuleLayout.Norms(module))
        {
            var own = new NormStatistics(name, norm, binding.Layout[ModuleLayout.Join(name, nameof(NormBase.running_mean))], binding.Layout[ModuleLayout.Join(name, nameof(NormBase.running_var))]);
            if (binding.Gradient is null)
            {
                norm.running_mean!.set_(binding.Parameters.View(own.Mean));
                norm.running_var!.set_(binding.Parameters.View(own.Variance));
                continue;
            }

            // With momentum 1 the buffers hold the last batch alone.
            norm.momentum = 1;
            norm.num_batches_tracked = null;
            norm.register_forward_hook(_ => own.Runs++);
            _norms.Add(own);
        }
    }

    /// <summary>Names of the norms that did not run exactly once in the last pass.</summary>
    public IEnumerable<string> NotRunOnce => _norms.Where(norm => norm.Runs != 1).Select(norm => norm.Name);

    /// <summary>Begins a pass.</summary>
    public void Begin() => _norms.ForEach(norm => norm.Runs = 0);

    /// <summary>Writes the statistics of a training pass, summed over its samples.</summary>
    public void End(int samples)
    {
        foreach (var norm in _norms)
        {
            TensorPrimitives.Multiply(FlatVector.Floats(norm.Module.running_mean!), samples, _binding.GradientOf(norm.Mean));
            TensorPrimitives.Multiply(FlatVector.Floats(norm.Module.running_var!), samples, _binding.GradientOf(norm.Variance));
        }
    }

    private sealed class NormStatistics(string name, NormBase module, Segment mean, Segment variance)
    {
        public string Name { get; } = name;

        public NormBase Module { get; } = module;

        public Segment Mean { get; } = mean;

        public Segment Variance { get; } = variance;

        public int Runs { get; set; }
    }
}
