using Mnist.Distributed.Training.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Tests.Training.Models.Torch;

/// <summary>A linear layer over the pixels, with one thing more that a test is about.</summary>
internal class LinearModule : Module<Tensor, Tensor>
{
    protected readonly Linear fc;

    public LinearModule(ModelShape shape, bool register = true)
        : base(nameof(LinearModule))
    {
        fc = Linear(shape.Sample.Pixels, shape.Outputs);
        if (register)
        {
            RegisterComponents();
        }
    }

    public override Tensor forward(Tensor input) => fc.call(input.flatten(1));
}

/// <summary>A linear layer whose outputs a function changes.</summary>
internal sealed class ChangedLinear(ModelShape shape, Func<Tensor, Tensor> change) : LinearModule(shape)
{
    public override Tensor forward(Tensor input) => change(base.forward(input));
}

/// <summary>A linear layer whose outputs depend on the number of passes before.</summary>
internal sealed class CountingModule(ModelShape shape) : LinearModule(shape)
{
    private int _passes;

    public override Tensor forward(Tensor input) => base.forward(input) * ++_passes;
}

/// <summary>A linear layer that shrinks its own weights in each pass.</summary>
internal sealed class ShrinkingModule(ModelShape shape) : LinearModule(shape)
{
    public override Tensor forward(Tensor input)
    {
        using (no_grad())
        {
            fc.weight!.mul_(0.5f);
        }

        return base.forward(input);
    }
}

/// <summary>A linear layer whose outputs depend on the thread.</summary>
internal sealed class ThreadModule(ModelShape shape) : LinearModule(shape)
{
    private static readonly ThreadLocal<int> Threads = new(() => Environment.CurrentManagedThreadId);

    public override Tensor forward(Tensor input) => base.forward(input) * Threads.Value;
}

/// <summary>A linear layer with a module between it and the outputs.</summary>
internal sealed class LinearThen : Module<Tensor, Tensor>
{
    private readonly Linear fc;
    private readonly Module<Tensor, Tensor> then;
    private readonly Func<Module<Tensor, Tensor>, Tensor, Tensor> _run;

    public LinearThen(ModelShape shape, Module<Tensor, Tensor> then, Func<Module<Tensor, Tensor>, Tensor, Tensor> run)
        : base(nameof(LinearThen))
    {
        fc = Linear(shape.Sample.Pixels, shape.Outputs);
        (this.then, _run) = (then, run);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _run(then, fc.call(input.flatten(1)));
}

/// <summary>A linear layer beside a tensor that the module registers.</summary>
internal sealed class WithBuffer : Module<Tensor, Tensor>
{
    private readonly Linear fc;
    private readonly Tensor? scale;

    public WithBuffer(ModelShape shape, bool isPersistent)
        : base(nameof(WithBuffer))
    {
        fc = Linear(shape.Sample.Pixels, shape.Outputs);
        RegisterComponents();
        if (isPersistent)
        {
            scale = ones(1);
            register_buffer("scale", scale);
        }
        else
        {
            scale = ones(1);
            register_buffer("scale", scale, persistent: false);
        }
    }

    public override Tensor forward(Tensor input) => fc.call(input.flatten(1)) * scale!;
}

/// <summary>A linear layer beside layers in a list, which TorchSharp does not register.</summary>
internal sealed class HiddenModules : Module<Tensor, Tensor>
{
    private readonly List<Module<Tensor, Tensor>> hidden;
    private readonly Linear fc;

    public HiddenModules(ModelShape shape)
        : base(nameof(HiddenModules))
    {
        hidden = [Linear(shape.Sample.Pixels, 7)];
        fc = Linear(7, shape.Outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => fc.call(hidden.Aggregate(input.flatten(1), (values, layer) => layer.call(values)));
}

/// <summary>An MLP with the tensors of the recipe's, whose outputs have no kinks.</summary>
internal sealed class TanhMlp : Module<Tensor, Tensor>
{
    private readonly Sequential layer_stack;

    public TanhMlp(ModelShape shape)
        : base(nameof(TanhMlp))
    {
        layer_stack = Sequential(Flatten(), Linear(shape.Sample.Pixels, 100), Tanh(), Linear(100, shape.Outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layer_stack.call(input);
}

/// <summary>Layers of other kinds: the rows of an image as a sequence, and a picture of it.</summary>
internal sealed class ManyLayers : Module<Tensor, Tensor>
{
    private readonly LSTM lstm;
    private readonly MultiheadAttention attention;
    private readonly ConvTranspose2d up;
    private readonly GroupNorm group;
    private readonly LayerNorm layer;
    private readonly PReLU prelu;
    private readonly Dropout2d dropout;
    private readonly Linear fc;

    public ManyLayers(ModelShape shape, double dropout)
        : base(nameof(ManyLayers))
    {
        var columns = shape.Sample.Columns;
        lstm = LSTM(columns, 16, batchFirst: true);
        attention = MultiheadAttention(16, 2);
        up = ConvTranspose2d(1, 4, 2L, stride: 2L);
        group = GroupNorm(2, 4);

        // TorchSharp 0.107 leaves them uninitialised.
        init.ones_(group.weight!);
        init.zeros_(group.bias!);
        layer = LayerNorm([16]);
        prelu = PReLU(4);
        this.dropout = Dropout2d(dropout);
        fc = Linear(20, shape.Outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var (sequence, _, _) = lstm.call(input.squeeze(1), null);
        var rows = sequence.transpose(0, 1);
        var (attended, _) = attention.call(rows, rows, rows, null, false, null);
        var picture = dropout.call(prelu.call(group.call(up.call(input))));
        return fc.call(cat([layer.call(attended.mean([0])), picture.mean([2, 3])], 1));
    }
}
