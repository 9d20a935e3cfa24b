using Mnist.Distributed.Contracts.Plans;
using Xunit;

namespace Mnist.Distributed.Tests.Training.PyTorch;

/// <summary>
/// Fifty steps of every loss on every task that it is for agree with PyTorch's, on the same scenes.
/// In tasks of labels, PyTorch takes over the weights at the start; in tasks of scenes, every five
/// steps. Losses have their default settings, the optimizer is SGD, and the model of tasks of
/// labels is the MLP. Cross entropy and the CNN are in <see cref="PyTorchTrainingTests"/>, other
/// optimizers, such as Adam, in <see cref="PyTorchUpdateTests"/>. So the defaults of a run, such as
/// hinge with the CNN, or dice with Adam, are compared in parts, and not together.
/// </summary>
public sealed class PyTorchTaskTests : IDisposable
{
    private const int Steps = 50;

    private const double Tolerance = 1e-4;

    /// <summary>
    /// Several times the change within five steps if one ReLU, or one maximum, decides otherwise.
    /// </summary>
    private const double OtherChoice = 1e-3;

    private static readonly TrainingPlan Plan = new()
    {
        Workers = 1,
        Samples = 750,
        BatchSize = 15,
        Epochs = 1,
        Shuffle = false,
        Seed = 11,
    };

    private readonly PyTorchComparison _pyTorch;

    public PyTorchTaskTests(ITestOutputHelper output) => _pyTorch = new PyTorchComparison(output);

    public void Dispose() => _pyTorch.Dispose();

    [Theory]
    [InlineData("digits", "sparse-categorical-cross-entropy")]
    [InlineData("digits", "categorical-cross-entropy")]
    [InlineData("digits", "nll")]
    [InlineData("digits", "kl-divergence")]
    [InlineData("digits", "binary-cross-entropy")]
    [InlineData("digits", "hinge")]
    [InlineData("digits", "mse")]
    [InlineData("digits", "mae")]
    [InlineData("digits", "huber")]
    [InlineData("digits", "cosine")]
    [InlineData("even-odd", "binary-cross-entropy")]
    [InlineData("even-odd", "hinge")]
    [InlineData("one-vs-rest", "binary-cross-entropy")]
    [InlineData("one-vs-rest", "hinge")]
    [InlineData("embedding", "triplet")]
    [InlineData("embedding", "cosine")]
    public Task A_task_of_labels_leads_where_PyTorchs_leads(string task, string loss) =>
        _pyTorch.Agrees(Plan with { Model = "mlp-logits", Task = task, Loss = loss }, Steps, Steps, Tolerance);

    /// <summary>
    /// Maxima of pixels decide otherwise after some steps, as in the CNN. So PyTorch takes over the
    /// weights every few steps.
    /// </summary>
    [Theory]
    [InlineData("ink", "dice", "inknet")]
    [InlineData("ink", "iou", "inknet")]
    [InlineData("boxes", "iou", "boxnet")]
    [InlineData("boxes", "mse", "boxnet")]
    [InlineData("boxes", "mae", "boxnet")]
    [InlineData("boxes", "huber", "boxnet")]
    [InlineData("strings", "ctc", "reader")]
    public Task A_task_of_scenes_leads_where_PyTorchs_leads(string task, string loss, string model) =>
        _pyTorch.Agrees(Plan with { Model = model, Task = task, Loss = loss }, Steps, resumeEvery: 5, OtherChoice);
}
