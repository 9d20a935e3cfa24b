using System.Runtime.InteropServices;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Files;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Models.Graphs;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Training.Onnx;

/// <summary>
/// Writes a trained model as an ONNX file. Its input is a batch of normalised images, as
/// <c>model.safetensors</c> describes them in its metadata, which the ONNX file has too; its output
/// is the raw outputs of the model.
/// </summary>
public static class OnnxFile
{
    /// <summary>Name of the output.</summary>
    public const string Output = "output";

    private const int IrVersion = 8;
    private const int OperatorSet = 13;
    private const int Float = 1;
    private const int WholeNumber = 7;
    private const int KindOfNumber = 2;
    private const int KindOfText = 3;
    private const int KindOfNumbers = 7;

    /// <summary>Writes the file, atomically. Equal states give equal files.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setup">The model and its plan.</param>
    /// <param name="definition">The entry of the model in the catalogue.</param>
    /// <param name="state">The weights.</param>
    /// <exception cref="InvalidInputException">
    /// The model has no graph, or the file cannot be written.
    /// </exception>
    public static void Write(string path, TrainingSetup setup, ModelDefinition definition, TrainingState state)
    {
        var draw = definition.Graph ?? throw new InvalidInputException(
            $"The model {definition.Name} cannot be exported: its definition has no Graph. Choose a built-in model, or add a Graph to the definition.", [nameof(TrainingPlan.Model)]);
        var graph = new GraphBuilder();
        var outputs = draw(graph, new ModelShape(setup.Plan.ModelSettings, setup.Input, setup.Plan.Data.Normalisation, setup.Objective.Outputs));
        var (sample, weights) = (setup.Input, ExportedWeights.Of(state).Parameters);
        var message = new OnnxMessage()
            .Add(1, graph.Nodes.Select(node => Of(node, outputs)))
            .Add(2, setup.Plan.Model)
            .Add(5, setup.Model.Layout.Segments.Select(segment => Tensor(segment.Name, Float, segment.Shape.Select(size => (long)size), segment.BytesOf(weights.Span))))
            .Add(5, graph.Constants.Select(constant => Tensor(constant.Name, WholeNumber, [constant.Values.Length], MemoryMarshal.AsBytes(constant.Values.AsSpan()).ToArray())))
            .Add(11, Value(GraphBuilder.Input, sample.Channels, sample.Rows, sample.Columns))
            .Add(12, Value(Output, setup.Objective.Outputs));
        var model = new OnnxMessage()
            .Add(1, IrVersion)
            .Add(2, "mnist-distributed")
            .Add(7, message)
            .Add(8, new OnnxMessage().Add(1, "").Add(2, OperatorSet))
            .Add(14, WeightsMetadata.Of(setup.Plan, setup.Input).Where(entry => entry.Key != "format").OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new OnnxMessage().Add(1, entry.Key).Add(2, entry.Value)));
        AtomicFile.Write(path, file => file.Write(model.ToBytes()));
    }

    private static OnnxMessage Of(GraphNode node, string outputs)
    {
        var message = new OnnxMessage();
        foreach (var input in node.Inputs)
        {
            message.Add(1, input);
        }

        return message
            .Add(2, node.Output == outputs ? Output : node.Output)
            .Add(3, node.Output)
            .Add(4, node.Operator)
            .Add(5, node.Attributes.Select(Of));
    }

    private static OnnxMessage Of(KeyValuePair<string, object> attribute)
    {
        var message = new OnnxMessage().Add(1, attribute.Key);
        return attribute.Value switch
        {
            long number => message.Add(3, number).Add(20, KindOfNumber),
            long[] numbers => message.Add(8, numbers).Add(20, KindOfNumbers),
            string text => message.Add(4, text).Add(20, KindOfText),
            var other => throw new ArgumentOutOfRangeException(nameof(attribute), other, "An attribute is a number, numbers or a text."),
        };
    }

    private static OnnxMessage Tensor(string name, int type, IEnumerable<long> shape, byte[] bytes) =>
        new OnnxMessage().Add(1, shape).Add(2, type).Add(8, name).Add(9, bytes);

    /// <summary>Type and shape of a value: any number of samples, and the sizes given.</summary>
    private static OnnxMessage Value(string name, params IEnumerable<int> sizes)
    {
        var shape = new OnnxMessage().Add(1, new OnnxMessage().Add(2, "N")).Add(1, sizes.Select(size => new OnnxMessage().Add(1, (long)size)));
        return new OnnxMessage().Add(1, name).Add(2, new OnnxMessage().Add(1, new OnnxMessage().Add(1, (long)Float).Add(2, shape)));
    }
}
