using Mnist.Distributed.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// Draws the masks of a module's dropouts from the key of the pass, instead of libtorch's global
/// generator. Each dropout is set to probability 0, and a hook multiplies its output by the mask.
/// The masks of one pass come from one sequence, in the order in which the dropouts run.
/// </summary>
internal sealed class KeyedDropout
{
    private readonly List<(string Name, DropoutHook Hook)> _hooks = [];
    private KeyedRandom _random;

    /// <summary>Takes over all dropouts of a module.</summary>
    public KeyedDropout(nn.Module<Tensor, Tensor> module)
    {
        foreach (var (name, part) in ModuleLayout.Modules(module))
        {
            if (Probability(part) is > 0 and var probability && part is nn.Module<Tensor, Tensor> dropout)
            {
                // Elements are dropped one by one, or together with their channel.
                var perChannel = part is not Dropout;
                var hook = new DropoutHook();
                dropout.register_forward_hook((_, _, output) =>
                {
                    hook.Runs++;
                    return dropout.training ? output.mul(Mask(output, (float)probability, perChannel)) : output;
                });
                _hooks.Add((name, hook));
            }
        }
    }

    /// <summary>Names of the dropouts whose hook did not run since <see cref="Begin"/>.</summary>
    public IEnumerable<string> Unreached => _hooks.Where(entry => entry.Hook.Runs == 0).Select(entry => entry.Name);

    /// <summary>Begins a pass.</summary>
    public void Begin(ForwardKey key)
    {
        _random = new KeyedRandom(key.Seed, RandomPurpose.Dropout, key.Step, key.Worker);
        foreach (var (_, hook) in _hooks)
        {
            hook.Runs = 0;
        }
    }

    /// <summary>
    /// The probability of a dropout, which is then set to 0; null for other modules.
    /// </summary>
    private static double? Probability(nn.Module module)
    {
        switch (module)
        {
            case Dropout dropout:
                (var p, dropout.p) = (dropout.p, 0);
                return p;
            case Dropout1d dropout:
                (p, dropout.p) = (dropout.p, 0);
                return p;
            case Dropout2d dropout:
                (p, dropout.p) = (dropout.p, 0);
                return p;
            case Dropout3d dropout:
                (p, dropout.p) = (dropout.p, 0);
                return p;
            default:
                return null;
        }
    }

    private Tensor Mask(Tensor output, float probability, bool perChannel)
    {
        var shape = output.shape;
        for (var dimension = 2; perChannel && dimension < shape.Length; dimension++)
        {
            shape[dimension] = 1;
        }

        var keep = probability < 1 ? 1 / (1 - probability) : 0;
        var mask = new float[shape.Aggregate(1L, (product, size) => product * size)];
        foreach (ref var factor in mask.AsSpan())
        {
            factor = _random.NextSingle() < probability ? 0 : keep;
        }

        return tensor(mask, shape);
    }

    private sealed class DropoutHook
    {
        public int Runs { get; set; }
    }
}
