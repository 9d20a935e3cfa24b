using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Data;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Native;
using Xunit;

namespace Mnist.Distributed.Tests.Training;

/// <summary>
/// The recipe's nets end with the weights that they had when this program knew no other shapes,
/// losses or optimizers. Whoever changes these bytes on purpose takes new ones and says so in the
/// changelog: checkpoints and published hashes of older builds no longer agree.
/// </summary>
public sealed class RecipeBytesTests
{
    /// <summary>What the hashes of the CNN depend on beside the plan.</summary>
    private const string TakenOn = "libtorch 2.10.0.0; X64 vectors of 256 bits, fused multiply-add";

    /// <summary>What the hashes of the MLP, which is all our own arithmetic, depend on.</summary>
    private const string MlpTakenOn = "fused multiply-add";

    private static readonly TrainingPlan First600 = new() { DataSet = "synthetic", Samples = 600 };

    private static readonly Dictionary<string, TrainingPlan> Plans = new()
    {
        ["three workers"] = First600 with { Epochs = 2, Workers = 3, Seed = 7 },
        ["momentum and weight decay"] = First600 with
        {
            Model = "mlp-logits",
            Epochs = 2,
            Workers = 2,
            ModelSettings = PlanSettings.Hidden(37),
            OptimizerSettings = PlanSettings.Sgd(0.9f, 0.001f),
        },
        ["cnn"] = First600 with { Model = "cnn", Epochs = 1, Workers = 2, LearningRate = 0.05f, ModelSettings = PlanSettings.Dropout(0.3f) },
        ["cnn in file order"] = First600 with
        {
            Model = "cnn",
            Epochs = 1,
            Workers = 1,
            Shuffle = false,
            BatchSize = 32,
            OptimizerSettings = PlanSettings.Sgd(0.5f),
        },
        ["weight decay alone"] = First600 with
        {
            Model = "mlp-logits",
            Epochs = 1,
            Workers = 5,
            BatchSize = 50,
            OptimizerSettings = PlanSettings.Sgd(0, 0.01f),
        },
    };

    /// <summary>The hashes were taken from the commit before shapes became data.</summary>
    [Theory]
    [InlineData("three workers", "500e236937d925402f39ba62d301057ea298da5065f1223c2307d980d95b1040")]
    [InlineData("momentum and weight decay", "f64482288a5e01d80c049b3975c156c22cb61bfa9361a68de59e3113868c2634")]
    [InlineData("cnn", "15eb48b4a853d627e648708aa8ea198cbe469487692fce7e1912d3c4c065adb1", "GenuineIntel")]
    [InlineData("cnn in file order", "e84bd1d3d83858332d4838ec25fbc0c8c13762c62081b7e2d8cf1ee184f50023", "GenuineIntel")]
    [InlineData("cnn", "ec2eb3c1dbf0d894b56a37ba3952c07486ee96c43cd4fe6f2d838f71f44c955d", "AuthenticAMD")]
    [InlineData("cnn in file order", "8eef70876e8eea880c8072fa114ade5735180f86213c26c82410562961e8cfd5", "AuthenticAMD")]
    [InlineData("weight decay alone", "68e944ad8479a863952a08b4ecdcb9a7f7a7cc6fa79b584d1b2962c3296892ca")]
    public void Weights_are_those_of_the_recipe_before_it_became_one_of_many(string plan, string sha256, string? maker = null)
    {
        Assert.SkipUnless(maker is null || maker == Maker, $"These bytes were taken on a processor of {maker}, and this one is of {Maker}: libtorch has other kernels for it.");
        var taken = Plans[plan].Model == "cnn" ? TakenOn : MlpTakenOn;
        Assert.SkipUnless(
            LibTorch.Fingerprint.Contains(taken, StringComparison.Ordinal),
            $"These bytes were taken on '{taken}', and here is '{LibTorch.Fingerprint}'.");

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(WeightsOf(Plans[plan]))));
    }

    /// <summary>The maker of the processor, as the processor names it.</summary>
    private static string Maker
    {
        get
        {
            if (!X86Base.IsSupported)
            {
                return "another maker";
            }

            var (_, first, third, second) = X86Base.CpuId(0, 0);
            return Encoding.ASCII.GetString(MemoryMarshal.AsBytes([first, second, third]));
        }
    }

    /// <summary>
    /// The tensors as they lie in <c>model.safetensors</c>, after length and header.
    /// </summary>
    private static byte[] WeightsOf(TrainingPlan plan)
    {
        using var folder = new TemporaryFolder();
        using var trainer = new PlainTrainer(plan, Digits.Synthetic);
        trainer.Train();
        ModelWeights.Write(folder["model.safetensors"], TrainingSetup.Of(plan), trainer.State.Snapshot());
        var file = File.ReadAllBytes(folder["model.safetensors"]);
        return file[(sizeof(long) + (int)BinaryPrimitives.ReadInt64LittleEndian(file))..];
    }
}
