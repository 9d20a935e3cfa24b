using Mnist.Distributed.Training.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OwnModel;

/// <summary>
/// An ordinary TorchSharp module: a convolution with batch norm, and a linear layer with dropout on
/// its pooled output.
/// </summary>
internal sealed class Mine : nn.Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly Linear classes;

    public Mine(ModelShape shape) : base("mine")
    {
        const int Channels = 8;
        const int Side = 7;
        features = nn.Sequential(
            nn.Conv2d(shape.Sample.Channels, Channels, kernel_size: 3, padding: 1),
            nn.BatchNorm2d(Channels),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d([Side, Side]),
            nn.Flatten(),
            nn.Dropout(0.2));
        classes = nn.Linear(Channels * Side * Side, shape.Outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images) => classes.call(features.call(images));
}
