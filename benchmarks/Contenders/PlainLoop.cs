using System.Diagnostics;
using System.Text.Json;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequential = TorchSharp.Modules.Sequential;

namespace Mnist.Distributed.Benchmarks.Contenders;

/// <summary>
/// The training loop that people usually write with TorchSharp, in one process: modules in a
/// <c>Sequential</c>, autograd, <c>optim.SGD</c>, one libtorch thread. It shares with the project
/// only the reader of the files and the loader of libtorch.
/// </summary>
internal static class PlainLoop
{
    private const int Batch = 30;

    /// <summary>Trains and prints one JSON line for each epoch.</summary>
    public static void Run(string model, DataSet data, int count, int epochs)
    {
        TorchLibraries.Load();
        set_num_threads(1);
        var (images, labels) = Load(data, count);
        using var network = Network(model);
        var optimizer = optim.SGD(network.parameters(), 0.01);
        var crossEntropy = CrossEntropyLoss();
        network.train();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var start = Stopwatch.GetTimestamp();
            var lossSum = 0.0;
            var correct = 0L;
            using var order = randperm(count);
            for (var first = 0; first < count; first += Batch)
            {
                using var scope = NewDisposeScope();
                var indexes = order.narrow(0, first, Math.Min(Batch, count - first));
                var x = images.index_select(0, indexes);
                var y = labels.index_select(0, indexes);
                var outputs = network.forward(x);
                var loss = crossEntropy.forward(outputs, y);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                lossSum += loss.item<float>();
                correct += outputs.argmax(1).eq(y).sum().item<long>();
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                @event = "epoch",
                images_per_second = count / seconds,
                loss = lossSum * Batch / count,
                accuracy = (double)correct / count,
            }));
        }
    }

    private static (Tensor Images, Tensor Labels) Load(DataSet data, int count)
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(data.Train.Images[..(count * Recipe.Sample.Pixels)].ToArray()).reshape(count, 1, 28, 28);
        var images = pixels.to_type(ScalarType.Float32).div(255f).sub(0.5f).div(0.5f).MoveToOuterDisposeScope();
        var labels = tensor(Array.ConvertAll(data.Train.Labels[..count].ToArray(), label => (long)label)).to_type(ScalarType.Int64).MoveToOuterDisposeScope();
        return (images, labels);
    }

    private static Sequential Network(string model) => model == "mlp"
        ? Sequential(
            ("flatten", Flatten()), ("fc1", Linear(784, 100)), ("relu1", ReLU()), ("fc2", Linear(100, 10)), ("relu2", ReLU()))
        : Sequential(
            ("conv1", Conv2d(1, 32, 3, padding: 1)), ("bn1", BatchNorm2d(32)), ("relu1", ReLU()), ("pool1", MaxPool2d(2)),
            ("conv2", Conv2d(32, 64, 3, padding: 1)), ("bn2", BatchNorm2d(64)), ("relu2", ReLU()), ("pool2", MaxPool2d(2)),
            ("flatten", Flatten()), ("fc1", Linear(64 * 7 * 7, 128)), ("relu3", ReLU()), ("dropout", Dropout(0.5)), ("fc2", Linear(128, 10)));
}
