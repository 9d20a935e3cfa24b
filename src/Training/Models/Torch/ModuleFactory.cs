using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Native;
using Mnist.Distributed.Training.Vectors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Training.Models.Torch;

/// <summary>
/// Makes instances of one module. The parameters that a new instance draws depend on the seed only.
/// </summary>
/// <param name="name">Name of the model, for messages.</param>
/// <param name="create">The user's function.</param>
internal sealed class ModuleFactory(string name, Func<Module<Tensor, Tensor>> create)
{
    /// <summary>
    /// Guards libtorch's global generator. Modules draw their initial parameters from it, and the
    /// probe watches it.
    /// </summary>
    public static readonly Lock Generator = new();

    private const int Attempts = 5;

    /// <summary>Larger tensors get new memory from the kernel, which is zero.</summary>
    private const int MostFilled = 100_000;

    private const int FilledCopies = 4;

    /// <summary>Name of the model, for messages.</summary>
    public string Name => name;

    /// <summary>Makes an instance; the caller owns it.</summary>
    /// <param name="seed">Seed of the initial parameters.</param>
    /// <exception cref="InvalidInputException">The user's function fails.</exception>
    public Module<Tensor, Tensor> Make(long seed)
    {
        LibTorch.EnsureLoaded();
        LibTorch.RequireSafeTorchSharp();
        Convolutions.EnsureChosen();
        lock (Generator)
        {
            random.manual_seed(seed);
            return ModuleFailure.Guard(name, "its constructor", create);
        }
    }

    /// <summary>Draws the initial parameters of a run.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="layout">The module's layout.</param>
    /// <param name="values">Receives parameters and running statistics.</param>
    /// <exception cref="InvalidInputException">
    /// The module draws other parameters each time.
    /// </exception>
    public void Initialise(long seed, ParameterLayout layout, Span<float> values)
    {
        // Other code of the program may draw from the generator at the same time. So the parameters
        // count only if two modules in a row have the same ones. The modules are kept meanwhile, so
        // that memory without a value is not the memory of the module before.
        var before = new float[values.Length];
        var made = new Stack<Module<Tensor, Tensor>>();
        try
        {
            string? different = null;
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                values.CopyTo(before);
                made.Push(MakeInFilledMemory(seed, layout, attempt));
                Read(made.Peek(), layout, values);
                different = attempt == 0 ? "" : Different(before, values, layout);
                if (different is null)
                {
                    return;
                }
            }

            throw ModuleFailure.Impure(
                name,
                $"gets other initial values in {different} when it is made again with the same seed: draw them from TorchSharp's generator, or set them in the constructor");
        }
        finally
        {
            foreach (var module in made)
            {
                module.Dispose();
            }
        }
    }

    /// <summary>
    /// Makes an instance in memory that holds other bytes at each attempt. So a parameter without a
    /// value has another one at each attempt.
    /// </summary>
    private Module<Tensor, Tensor> MakeInFilledMemory(long seed, ParameterLayout layout, int attempt)
    {
        lock (Generator)
        {
            FillFreeMemory(layout, attempt);
            using var filled = new FilledMemory((byte)(attempt + 1));
            return Make(seed);
        }
    }

    /// <summary>
    /// Fills memory of the sizes of the parameters and frees it. Many allocators give such memory
    /// to the next module.
    /// </summary>
    private static void FillFreeMemory(ParameterLayout layout, int attempt)
    {
        using var scope = NewDisposeScope();
        foreach (var segment in layout.Segments.Where(segment => segment.Length <= MostFilled))
        {
            for (var copy = 0; copy < FilledCopies; copy++)
            {
                full(segment.Length, attempt + 0.5f);
            }
        }
    }

    /// <summary>
    /// The name of the first tensor whose bytes differ between two vectors; null if none do.
    /// </summary>
    private static string? Different(ReadOnlySpan<float> one, ReadOnlySpan<float> other, ParameterLayout layout)
    {
        foreach (var segment in layout.Segments)
        {
            if (!BytesOf(one, segment).SequenceEqual(BytesOf(other, segment)))
            {
                return segment.Name;
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> BytesOf(ReadOnlySpan<float> values, Segment segment) =>
        MemoryMarshal.AsBytes(values.Slice(segment.Offset, segment.Length));

    private static void Read(Module<Tensor, Tensor> module, ParameterLayout layout, Span<float> values)
    {
        using var scope = NewDisposeScope();
        foreach (var (segment, tensor) in ModuleLayout.TensorsOf(module, layout))
        {
            FlatVector.Floats(tensor.detach().contiguous()).CopyTo(values.Slice(segment.Offset, segment.Length));
        }
    }
}
