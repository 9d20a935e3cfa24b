using System.CommandLine;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// A heading of the help, with the options below it. An option belongs to the group in which it is
/// declared; the help of a command with few options has no headings.
/// </summary>
internal sealed class OptionGroup
{
    private OptionGroup(string title) => Title = title;

    /// <summary>What is trained, and on which objective.</summary>
    public static OptionGroup Model { get; } = new("Model");

    /// <summary>The images.</summary>
    public static OptionGroup Data { get; } = new("Data");

    /// <summary>How the weights change, and for how long.</summary>
    public static OptionGroup Optimization { get; } = new("Optimization");

    /// <summary>The cluster, and what its silos do.</summary>
    public static OptionGroup Place { get; } = new("Where it runs");

    /// <summary>The faults of a chaos run.</summary>
    public static OptionGroup Faults { get; } = new("Faults");

    /// <summary>The runs that a command is about.</summary>
    public static OptionGroup Selection { get; } = new("Which runs");

    /// <summary>What is written to files.</summary>
    public static OptionGroup Results { get; } = new("Results");

    /// <summary>What is printed.</summary>
    public static OptionGroup Output { get; } = new("Output");

    /// <summary>Options that declare no group.</summary>
    public static OptionGroup Other { get; } = new("Other");

    /// <summary>The groups, in the order of the help.</summary>
    public static IReadOnlyList<OptionGroup> All { get; } = [Model, Data, Optimization, Place, Faults, Selection, Results, Output, Other];

    /// <summary>The heading.</summary>
    public string Title { get; }

    /// <summary>The group of an option.</summary>
    public static OptionGroup Of(Option option) => OptionTraits.Of(option).Group;

    /// <summary>Puts options into this group.</summary>
    public void Holds(params IReadOnlyList<Option> options)
    {
        foreach (var option in options)
        {
            OptionTraits.Of(option).Group = this;
        }
    }
}
