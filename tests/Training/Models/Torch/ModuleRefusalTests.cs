using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Torch;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Mnist.Distributed.Tests.Training.Models.Torch;

/// <summary>A module that would break the promise of equal bytes is refused by one sentence.</summary>
public sealed class ModuleRefusalTests
{
    private static readonly ModelShape Digit = new(Settings.Empty, Recipe.Sample, Recipe.Data.Normalisation, 10);

    private static readonly Dictionary<string, (Func<ModelShape, Module<Tensor, Tensor>> Create, string Fault)> Bad = new()
    {
        ["global generator"] = (shape => new ChangedLinear(shape, outputs => functional.dropout(outputs, 0.5)), "draws from TorchSharp's global generator in forward"),
        ["noise"] = (shape => new ChangedLinear(shape, outputs => outputs + randn_like(outputs)), "draws from TorchSharp's global generator in forward"),
        ["alpha dropout"] = (shape => new LinearThen(shape, AlphaDropout(0.5), (then, x) => then.call(x)), "draws from TorchSharp's global generator in forward"),
        ["random numbers of .NET"] = (shape => new ChangedLinear(shape, outputs => outputs * Random.Shared.NextSingle()), "computes another gradient for the same parameters and the same batch"),
        ["counter"] = (shape => new CountingModule(shape), "computes another gradient for the same parameters and the same batch"),
        ["shrinks its weights"] = (shape => new ShrinkingModule(shape), "changes its parameters in forward"),
        ["thread"] = (shape => new ThreadModule(shape), "computes another gradient when another thread uses another instance of it"),
        ["initial weights"] = (shape => RandomStart(shape), "gets other initial values in fc.weight when it is made again with the same seed"),
        ["group norm"] = (shape => new LinearThen(shape, GroupNorm(2, 10), (then, x) => then.call(x)), "gets other initial values in then."),
        ["dropout by forward"] = (shape => new LinearThen(shape, Dropout(0.5), (then, x) => then.forward(x)), "does not run its dropout then by call in every pass: write call(x)"),
        ["norm twice"] = (shape => new LinearThen(shape, BatchNorm1d(10), (then, x) => then.call(then.call(x))), "does not run its batch norm then exactly once in every pass"),
        ["norm for some batches"] = (shape => new LinearThen(shape, BatchNorm1d(10), (then, x) => x.shape[0] > 3 ? then.call(x) : x), "does not run its batch norm then exactly once in every pass"),
        ["hidden modules"] = (shape => new HiddenModules(shape), "holds modules in the field hidden of HiddenModules that are not registered"),
        ["norm by forward"] = (shape => new LinearThen(shape, BatchNorm1d(10), (then, x) => then.forward(x)), "does not run its batch norm then exactly once"),
        ["no parameters"] = (shape => new LinearModule(shape, register: false), "has no parameters: call RegisterComponents()"),
        ["float64"] = (shape => new LinearModule(shape).to(ScalarType.Float64), "The parameter fc.weight of the model bad is of type Float64: use float32"),
        ["frozen"] = (Frozen, "The parameter fc.bias of the model bad is frozen"),
        ["buffer"] = (shape => new WithBuffer(shape, isPersistent: true), "has the buffer scale, which is no statistic of a batch norm"),
        ["momentum"] = (shape => new LinearThen(shape, BatchNorm1d(10, momentum: 0.01), (then, x) => then.call(x)), "then.running_mean of the model bad belongs to a batch norm with momentum 0.01"),
        ["instance norm"] = (shape => new LinearThen(shape, InstanceNorm1d(10, track_running_stats: true), (then, x) => then.call(x)), "belongs to InstanceNorm1d: use a BatchNorm"),
        ["outputs"] = (shape => new LinearModule(shape with { Outputs = 7 }), "gives outputs of 3 x 7 (Float32) for 3 samples, but the loss needs 3 x 10"),
        ["no gradient"] = (shape => new ChangedLinear(shape, outputs => outputs.detach()), "failed in the backward pass"),
        ["constructor"] = (_ => throw new InvalidOperationException("no such file"), "failed in its constructor (no such file)"),
        ["forward"] = (shape => new ChangedLinear(shape, outputs => outputs.view(5, 5, 5)), "failed in forward (shape '[5, 5, 5]' is invalid"),
    };

    public static TheoryData<string> Faults => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Bad_module_is_refused(string fault)
    {
        var (create, sentence) = Bad[fault];
        var definition = TorchModel.Define("bad", (_, shape) => create(shape));

        var refusal = Assert.Throws<InvalidInputException>(() => definition.Create(Digit));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Constant_that_is_not_stored_is_taken()
    {
        var definition = TorchModel.Define("good", (_, shape) => new WithBuffer(shape, isPersistent: false));

        Assert.Equal(["fc.weight", "fc.bias"], definition.Create(Digit).Layout.Entries.Select(entry => entry.Name));
    }

    private static LinearModule RandomStart(ModelShape shape)
    {
        var module = new LinearModule(shape);
        using var grad = no_grad();
        module.get_parameter("fc.weight")!.fill_(Random.Shared.NextSingle());
        return module;
    }

    private static LinearModule Frozen(ModelShape shape)
    {
        var module = new LinearModule(shape);
        module.get_parameter("fc.bias")!.requires_grad = false;
        return module;
    }
}
