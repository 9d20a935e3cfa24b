using System.Text.Json;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Coordinator.Runs;
using Mnist.Distributed.Coordinator.Terminal;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Runs;

/// <summary>A run with what a comparison needs of it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Options">Its options by name; empty if they are not known.</param>
/// <param name="Hashes">The hashes in its ledger; null if the ledger cannot be had.</param>
/// <param name="Problem">Why the ledger cannot be had; null if it can.</param>
/// <param name="Weights">SHA-256 of the file of its weights; null if it has none.</param>
internal sealed record ComparedRun(
    KnownRun Run, IReadOnlyDictionary<string, string> Options, IReadOnlyList<StateHash>? Hashes, string? Problem, string? Weights)
{
    /// <summary>
    /// Reads a run, from its record. If nobody has the record any more, the folder of the run tells
    /// what it can.
    /// </summary>
    /// <param name="found">The run.</param>
    /// <param name="catalogue">The catalogue of the names in its plan.</param>
    /// <exception cref="InvalidInputException">Nothing of the run can be read.</exception>
    public static async Task<ComparedRun> Read(FoundRun found, TrainingCatalogue catalogue)
    {
        var local = found.Folder is { } folder && StoredRun.In(folder) is { } stored ? KnownRun.Of(new LocalRun(found.RunId, folder, stored)) : null;
        try
        {
            await using var open = await OpenRun.Open(found, catalogue);
            SlowWork.Is("reading the ledger of the run");
            var ledger = await RetryingCall.Ask(open.Grain.GetLedger, silence: RetryingCall.BulkPatience);
            var weights = await RetryingCall.Ask(open.Grain.GetWeights, silence: RetryingCall.BulkPatience);
            return new ComparedRun(
                KnownRun.Of(open.Description, null) with { Folder = found.Folder, ClusterName = found.Home?.Cluster },
                OptionsOf(open.Description),
                ledger.Hashes,
                null,
                weights is null ? null : Digest(open, weights) ?? local?.WeightsSha256);
        }
        catch (InvalidInputException none) when (local is not null)
        {
            return new ComparedRun(local, new Dictionary<string, string>(), null, none.Message, local.WeightsSha256);
        }
    }

    /// <summary>Labels belong to no comparison of options.</summary>
    private static IReadOnlyDictionary<string, string> OptionsOf(RunDescription run) =>
        JsonFields.Of(JsonSerializer.Deserialize<JsonElement>(Json.ToLine(run.Options with { Labels = RunLabels.None })));

    private static string? Digest(OpenRun open, RunWeights weights)
    {
        try
        {
            return ModelWeights.Sha256(TrainingSetup.Of(open.Description.Plan!, open.Catalogue), weights.State, weights.NamedEpoch);
        }
        catch (InvalidInputException)
        {
            // This program lacks the model. The folder may name the digest.
            return null;
        }
    }
}
