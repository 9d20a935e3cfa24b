using System.Security.Cryptography;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Tests.Training.Files;
using Mnist.Distributed.Training;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Tests.Cluster;

/// <summary>The oracle: a plan trained by the plain trainer.</summary>
internal static class PlainRun
{
    /// <summary>SHA-256 of the weights' file, in lower-case hex.</summary>
    public static string Sha256(TrainingPlan plan, DataSet set)
    {
        using var folder = new TemporaryFolder();
        using var trainer = new PlainTrainer(plan, set);
        trainer.Train();
        var path = folder["expected.safetensors"];
        ModelWeights.Write(path, TrainingSetup.Of(plan with { DataSet = set.Name, Data = set.Shape }), trainer.State.Snapshot());
        return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
    }
}
