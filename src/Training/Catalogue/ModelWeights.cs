using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Vectors;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Training.Catalogue;

/// <summary>
/// Writes a model's state to a file of named tensors, with PyTorch's names and order, and reads it
/// back.
/// </summary>
public static class ModelWeights
{
    /// <summary>Writes the file, atomically. Equal states give equal files.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setup">The run; the file names its model, settings, loss and data.</param>
    /// <param name="state">
    /// The state. In a run with a moving average, the file gets the average.
    /// </param>
    /// <param name="epoch">The epoch that the file names; null to name none.</param>
    /// <exception cref="InvalidInputException">
    /// The file cannot be written there, or the state has another layout.
    /// </exception>
    public static void Write(string path, TrainingSetup setup, TrainingState state, int? epoch = null) =>
        SafetensorsFile.Write(path, Tensors(setup, state), WeightsMetadata.Of(setup.Plan, setup.Input, epoch));

    /// <summary>
    /// SHA-256 of the file that <see cref="Write"/> writes, in lower-case hex.
    /// </summary>
    /// <inheritdoc cref="Write" path="/param[@name != 'path']" />
    /// <exception cref="InvalidInputException">The state has another layout.</exception>
    public static string Sha256(TrainingSetup setup, TrainingState state, int? epoch = null)
    {
        using var content = new MemoryStream();
        SafetensorsWriter.Write(content, Tensors(setup, state), WeightsMetadata.Of(setup.Plan, setup.Input, epoch));
        return Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    /// <summary>
    /// Reads a state at step 0. The optimizer's slots are zeros, and an average begins with the
    /// weights.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="setup">The model, and the optimizer that will train it.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing or damaged, or belongs to another model.
    /// </exception>
    public static TrainingState Read(string path, TrainingSetup setup)
    {
        var layout = setup.Model.Layout;
        var tensors = SafetensorsFile.Read(path).Tensors.ToDictionary(tensor => tensor.Name);
        path = Printable.Of(path);
        var missing = layout.Entries.Select(entry => entry.Name).Except(tensors.Keys).ToArray();
        var extra = tensors.Keys.Except(layout.Entries.Select(entry => entry.Name)).ToArray();
        if (missing.Length + extra.Length > 0)
        {
            throw new InvalidInputException(
                $"{path} does not hold the weights of this model ({string.Join("; ", Difference("missing", missing).Concat(Difference("unknown", extra)))}): "
                + "choose the Model they were trained with.",
                [nameof(TrainingPlan.Model)]);
        }

        var values = new float[layout.Length];
        var batches = new HashSet<long>();
        foreach (var entry in layout.Entries)
        {
            var tensor = tensors[entry.Name];
            Check(path, entry, tensor);
            if (entry is Segment segment)
            {
                segment.Order.Store(FiniteFloats(path, tensor), values.AsSpan(segment.Offset, segment.Length));
            }
            else
            {
                batches.Add(BinaryPrimitives.ReadInt64LittleEndian(tensor.Data.Span));
            }
        }

        if (batches.Count > 1 || batches.Any(count => count < 0))
        {
            throw new InvalidInputException(
                $"{path}: the num_batches_tracked are {string.Join(" and ", batches)}, but layers trained together have seen equally many batches: give weights of one run.");
        }

        var slots = new float[setup.Rule.Optimizer.Slots * layout.ParameterLength];
        return new TrainingState(
            0, new ParameterVector(values), new ParameterVector(slots), batches.FirstOrDefault(), default, Ledger.StartingAt(0), layout.Digest, setup.Rule.Name)
        {
            Average = setup.Rule.AverageDecay is null ? null : new ParameterVector(values[..layout.ParameterLength]),
        };
    }

    /// <summary>Finds out which model a file holds, as far as the file tells.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">
    /// The model's name if the user gave it. It takes precedence over the name in the file.
    /// </param>
    /// <param name="catalogue">The models. Default:
    /// <see cref="TrainingCatalogue.Standard"/>.</param>
    /// <returns>A plan with the model, its settings and the data of the file.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is damaged, holds no model of the catalogue, or does not tell which model it holds.
    /// </exception>
    public static TrainingPlan Recognise(string path, string? model = null, TrainingCatalogue? catalogue = null)
    {
        catalogue ??= TrainingCatalogue.Standard;
        var content = SafetensorsFile.Read(path);
        var named = WeightsMetadata.Recognise(content.Metadata, Printable.Of(path));
        if (named is { HasSettings: true } && (model ?? named.Plan.Model) == named.Plan.Model)
        {
            return named.Plan;
        }

        var shapes = content.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        ModelDefinition[] candidates = [.. catalogue.Models.Where(known => known.Recognise(shapes) is not null)];
        InvalidInputException.Require(
            candidates.Length > 0,
            $"{Printable.Of(path)} holds no model of this program: give a model.safetensors that 'mnist train' has written.");
        var name = model ?? (named is not null && candidates.Any(known => known.Name == named.Plan.Model) ? named.Plan.Model : null);
        InvalidInputException.Require(
            name is not null || candidates.Length == 1,
            $"{Printable.Of(path)} does not tell its model: give {string.Join(" or ", candidates.Select(known => $"Model {known.Name}"))}.",
            nameof(TrainingPlan.Model));
        var definition = catalogue.Model(name ?? candidates[0].Name);
        return (named?.Plan ?? new TrainingPlan()) with
        {
            Model = definition.Name,
            ModelSettings = definition.Recognise(shapes) ?? Settings.Empty,
        };
    }

    private static NamedTensor[] Tensors(TrainingSetup setup, TrainingState state)
    {
        var layout = setup.Model.Layout;
        layout.Check(state);
        var exported = ExportedWeights.Of(state);
        return [.. layout.Entries.Select(entry => ToTensor(entry, exported.Parameters.Span, exported.BatchesTracked))];
    }

    private static NamedTensor ToTensor(StateEntry entry, ReadOnlySpan<float> values, long batches)
    {
        if (entry is Segment segment)
        {
            return new NamedTensor(entry.Name, DType.F32, Array.ConvertAll(entry.Shape, size => (long)size), segment.BytesOf(values));
        }

        var count = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, batches);
        return new NamedTensor(entry.Name, DType.I64, [], count);
    }

    private static void Check(string path, StateEntry entry, NamedTensor tensor)
    {
        var type = entry is Segment ? DType.F32 : DType.I64;
        if (tensor.Type != type || !tensor.Shape.SequenceEqual(entry.Shape.Select(size => (long)size)))
        {
            throw new InvalidInputException(
                $"{path}: {entry.Name} is {Describe(tensor.Type, tensor.Shape)}, but the model needs {Describe(type, [.. entry.Shape.Select(size => (long)size)])}: "
                + "choose the Model and the settings that it was trained with.",
                [nameof(TrainingPlan.Model)]);
        }
    }

    private static ReadOnlySpan<float> FiniteFloats(string path, NamedTensor tensor)
    {
        var values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidInputException($"{path}: {tensor.Name} contains {value}: give weights of a run that did not diverge.");
            }
        }

        return values;
    }

    private static string Describe(DType type, long[] shape) => $"{type} [{string.Join(", ", shape)}]";

    private static IEnumerable<string> Difference(string what, string[] names) =>
        names.Length == 0 ? [] : [$"{what}: {string.Join(", ", names.Take(4).Select(name => Printable.Of(name, 80)))}"];
}
