using System.Runtime.CompilerServices;

using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Wire;

public sealed class WireBaselineTests
{
    private const string UpdateVariable = "MNIST_UPDATE_WIRE_BASELINE";
    private const string Resource = "WireBaseline.txt";

    [Fact]
    public void The_wire_format_is_that_of_the_baseline()
    {
        string[] actual = [.. WireDescription.Lines()];
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(BaselineFile(), string.Join('\n', actual) + "\n");
            return;
        }

        string[] expected = ReadBaseline();
        string[] changes = [.. Missing(expected, actual).Select(line => "- " + line), .. Missing(actual, expected).Select(line => "+ " + line)];
        Assert.True(
            expected.SequenceEqual(actual),
            $"""
            What silos send each other, or keep, is not what {Resource} says:
            {string.Join('\n', changes)}
            Members may be added with a new number. Anything else breaks clusters of mixed builds and stored runs.
            If the change is meant, run the tests once with {UpdateVariable}=1 and commit the file.
            """);
    }

    [Fact]
    public void Every_message_interface_and_method_has_an_alias()
    {
        Assert.All(WireTypes.Messages, type => Assert.NotNull(WireDescription.AliasOf(type)));
        Assert.All(WireTypes.Interfaces, type => Assert.NotNull(WireDescription.AliasOf(type)));
        Assert.All(WireTypes.Interfaces.SelectMany(type => type.GetMethods()), method => Assert.NotNull(WireDescription.AliasOf(method)));
    }

    [Fact]
    public void No_two_types_share_an_alias() =>
        Assert.Empty(Repeated(WireTypes.Messages.Concat(WireTypes.Interfaces).Select(WireDescription.AliasOf)));

    [Fact]
    public void No_two_methods_of_an_interface_share_an_alias() =>
        Assert.All(WireTypes.Interfaces, type => Assert.Empty(Repeated(type.GetMethods().Select(WireDescription.AliasOf))));

    [Fact]
    public void No_two_members_of_a_message_share_a_number() =>
        Assert.All(WireTypes.Messages, type => Assert.Empty(Repeated(WireTypes.MembersOf(type).Select(member => member.Id))));

    private static IEnumerable<string> Missing(string[] lines, string[] from) => lines.Except(from);

    private static IEnumerable<T> Repeated<T>(IEnumerable<T> items) =>
        items.GroupBy(item => item).Where(group => group.Count() > 1).Select(group => group.Key);

    private static string[] ReadBaseline()
    {
        using var reader = new StreamReader(typeof(WireBaselineTests).Assembly.GetManifestResourceStream(Resource)!);
        return reader.ReadToEnd().TrimEnd().Split('\n');
    }

    private static string BaselineFile([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, Resource);
}
