using Mnist.Distributed.Contracts.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// Counts the multiply-adds of a module in a forward pass of one sample: those of its linear and
/// convolution layers, which take nearly all of the time.
/// </summary>
internal static class MultiplyAddCounter
{
    /// <summary>
    /// Runs one sample of zeros through a module and counts. The module must have passed the probe,
    /// and is used for nothing else afterwards.
    /// </summary>
    public static long Count(nn.Module<Tensor, Tensor> module, SampleShape sample)
    {
        var total = 0L;
        foreach (var (_, part) in ModuleLayout.Modules(module))
        {
            if (part is nn.Module<Tensor, Tensor> layer && layer is Linear or Conv1d or Conv2d or Conv3d)
            {
                // Each output is a sum of products with all weights that lead to it.
                layer.register_forward_hook((_, _, output) =>
                {
                    var weight = layer.get_parameter("weight")!;
                    total += output.numel() * (weight.numel() / weight.shape[0]);
                    return output;
                });
            }
        }

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        module.eval();
        module.call(zeros(1, sample.Channels, sample.Rows, sample.Columns));
        return total;
    }
}
