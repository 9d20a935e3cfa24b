using TorchSharp;
using TorchSharp.Modules;

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Tests.Training.Gradients;

/// <summary>The models put together from TorchSharp's own modules, in double precision.</summary>
internal static class PlainModules
{
    public static Module<Tensor, Tensor> Create(string model, int hidden)
    {
        Module<Tensor, Tensor> module = model switch
        {
            "mlp" or "mlp-module" => new Stack(Flatten(), Linear(784, hidden), ReLU(), Linear(hidden, 10), ReLU()),
            "mlp-logits" => new Stack(Flatten(), Linear(784, hidden), ReLU(), Linear(hidden, 10)),
            _ => new Cnn(),
        };
        return module.to(ScalarType.Float64);
    }

    private sealed class Stack : Module<Tensor, Tensor>
    {
        private readonly Sequential _stack;

        public Stack(params Module<Tensor, Tensor>[] layers) : base(nameof(Stack))
        {
            _stack = Sequential(layers);
            register_module("layer_stack", _stack);
        }

        public override Tensor forward(Tensor input) => _stack.forward(input);
    }

    private sealed class Cnn : Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv1 = Conv2d(1, 32, 3L, padding: 1L);
        private readonly BatchNorm2d _norm1 = BatchNorm2d(32, momentum: 1);
        private readonly Conv2d _conv2 = Conv2d(32, 64, 3L, padding: 1L);
        private readonly BatchNorm2d _norm2 = BatchNorm2d(64, momentum: 1);
        private readonly Linear _fc1 = Linear(3136, 128);
        private readonly Linear _fc2 = Linear(128, 10);

        public Cnn() : base(nameof(Cnn))
        {
            register_module("conv1", _conv1);
            register_module("batch_norm1", _norm1);
            register_module("conv2", _conv2);
            register_module("batch_norm2", _norm2);
            register_module("fc1", _fc1);
            register_module("fc2", _fc2);
        }

        public override Tensor forward(Tensor input)
        {
            Tensor planes = functional.max_pool2d(functional.relu(_norm1.forward(_conv1.forward(input))), 2);
            planes = functional.max_pool2d(functional.relu(_norm2.forward(_conv2.forward(planes))), 2);
            return _fc2.forward(functional.relu(_fc1.forward(planes.flatten(1))));
        }
    }
}
