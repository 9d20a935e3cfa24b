using Mnist.Distributed.Tests.Boundaries.Sources;
using YamlDotNet.RepresentationModel;

namespace Mnist.Distributed.Tests.Deploy;

/// <summary>A file in YAML of the folder <c>deploy</c>.</summary>
internal static class YamlFile
{
    /// <summary>The folder.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy");

    /// <summary>Reads a file that is one mapping.</summary>
    /// <param name="path">Its path.</param>
    public static YamlMappingNode Read(string path)
    {
        using var text = new StreamReader(path);
        var stream = new YamlStream();
        stream.Load(text);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    /// <summary>The mapping that a key has; an empty one if there is none.</summary>
    public static YamlMappingNode Mapping(this YamlMappingNode node, string key) => (YamlMappingNode?)node.Find(key) ?? new YamlMappingNode();

    /// <summary>The texts of the list that a key has; none if there is none.</summary>
    public static IEnumerable<string> List(this YamlMappingNode node, string key) => ((YamlSequenceNode?)node.Find(key) ?? new YamlSequenceNode()).Select(Text);

    /// <summary>The keys of a mapping.</summary>
    public static IEnumerable<string> Keys(this YamlMappingNode node) => node.Children.Keys.Select(Text);

    /// <summary>The text that a key has; empty if there is none.</summary>
    public static string Value(this YamlMappingNode node, string key) => node.Find(key) is { } value ? Text(value) : "";

    private static YamlNode? Find(this YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
}
