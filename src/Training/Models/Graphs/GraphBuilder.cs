namespace Mnist.Distributed.Training.Models.Graphs;

/// <summary>
/// Describes the evaluation pass of a model as a graph, for other programs. Layers are named as in
/// the model's layout. Values are named by the builder.
/// </summary>
public sealed class GraphBuilder
{
    /// <summary>
    /// Name of the input: N x channels x rows x columns of normalised pixels.
    /// </summary>
    public const string Input = "input";

    private readonly List<GraphNode> _nodes = [];
    private readonly List<(string Name, long[] Values)> _constants = [];

    /// <summary>The operations, in their order.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Whole numbers that operations have as inputs.</summary>
    public IReadOnlyList<(string Name, long[] Values)> Constants => _constants;

    /// <summary>A convolution.</summary>
    /// <param name="value">Its input.</param>
    /// <param name="layer">The layer with its weight and, if it has one, its bias.</param>
    /// <param name="rows">Padding above and below.</param>
    /// <param name="columns">Padding left and right.</param>
    /// <param name="stride">Step between two places.</param>
    /// <param name="hasBias">Whether the layer has a bias.</param>
    public string Convolution(string value, string layer, int rows = 1, int columns = 1, int stride = 1, bool hasBias = true) => Add(
        "Conv",
        hasBias ? [value, $"{layer}.weight", $"{layer}.bias"] : [value, $"{layer}.weight"],
        ("pads", new long[] { rows, columns, rows, columns }),
        ("strides", new long[] { stride, stride }));

    /// <summary>A batch norm with running statistics.</summary>
    public string BatchNorm(string value, string layer) =>
        Add("BatchNormalization", [value, $"{layer}.weight", $"{layer}.bias", $"{layer}.running_mean", $"{layer}.running_var"]);

    /// <summary>A linear layer.</summary>
    public string Linear(string value, string layer) => Add("Gemm", [value, $"{layer}.weight", $"{layer}.bias"], ("transB", 1L));

    /// <summary>max(0, x).</summary>
    public string Relu(string value) => Add("Relu", [value]);

    /// <summary>The maximum of 2 x 2 pixels.</summary>
    public string MaxPool(string value) => Add("MaxPool", [value], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }));

    /// <summary>One row for each sample.</summary>
    public string Flatten(string value) => Add("Flatten", [value], ("axis", 1L));

    /// <summary>The mean over the pixels of each plane.</summary>
    public string MeanOfPlanes(string value) => Add("ReduceMean", [value], ("axes", new long[] { 2, 3 }), ("keepdims", 0L));

    /// <summary>The sum of two values.</summary>
    public string Sum(string one, string other) => Add("Add", [one, other]);

    /// <summary>The planes of two values, one after the other.</summary>
    public string Concatenate(string first, string second) => Add("Concat", [first, second], ("axis", 1L));

    /// <summary>
    /// Planes of another size. Each pixel is that of the old one at its place, rounded down.
    /// </summary>
    /// <param name="value">The planes.</param>
    /// <param name="rows">New number of rows.</param>
    /// <param name="columns">New number of columns.</param>
    public string Resize(string value, int rows, int columns)
    {
        // The sizes of samples and planes stay: they are taken from the value itself.
        var kept = Add("Slice", [Add("Shape", [value]), Constant([0]), Constant([2])]);
        return Add(
            "Resize",
            [value, "", "", Add("Concat", [kept, Constant([rows, columns])], ("axis", 0L))],
            ("coordinate_transformation_mode", "asymmetric"),
            ("mode", "nearest"),
            ("nearest_mode", "floor"));
    }

    /// <summary>
    /// Planes of one row, as samples x columns x planes, one row for each sample.
    /// </summary>
    public string Columns(string value) => Flatten(Add("Transpose", [Add("Squeeze", [value, Constant([2])])], ("perm", new long[] { 0, 2, 1 })));

    private string Constant(long[] values)
    {
        _constants.Add(($"constant{_constants.Count}", values));
        return _constants[^1].Name;
    }

    private string Add(string name, IReadOnlyList<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var values = new Dictionary<string, object>();
        foreach (var (attribute, value) in attributes)
        {
            values[attribute] = value;
        }

        _nodes.Add(new GraphNode(name, inputs, $"value{_nodes.Count}", values));
        return _nodes[^1].Output;
    }
}
