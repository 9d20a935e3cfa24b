using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>What a user has written on a run, to find the run again.</summary>
/// <param name="Name">The name; null for none. It follows the rule of <see cref="RunId"/>.</param>
/// <param name="Tags">The tags. Each follows the rule of <see cref="RunId"/>.</param>
/// <param name="Notes">A text for people; null for none.</param>
/// <param name="Sweep">The sweep that the run is a trial of; null for none.</param>
[GenerateSerializer, Immutable, Alias("mnist.RunLabels")]
public sealed record RunLabels(
    [property: Id(0)] string? Name,
    [property: Id(1)] IReadOnlyList<string> Tags,
    [property: Id(2)] string? Notes,
    [property: Id(3)] string? Sweep = null)
{
    /// <summary>The longest text of <see cref="Notes"/>, in characters.</summary>
    public const int MostLetters = 2000;

    /// <summary>The most tags of a run.</summary>
    public const int MostTags = 32;

    /// <summary>The name that stands for the newest run, so no run may have it.</summary>
    public const string Latest = "latest";

    /// <summary>No labels.</summary>
    public static RunLabels None { get; } = new(null, [], null);

    /// <summary>Refuses labels that break a rule.</summary>
    /// <exception cref="InvalidInputException">
    /// A label breaks its rule. The message says which.
    /// </exception>
    public static void Validate(RunLabels labels)
    {
        Require(labels.Name is null || RunId.IsValid(labels.Name), $"'{Printable.Of(labels.Name ?? "", 40)}' cannot be the name of a run: like an id, it has up to 64 letters, digits, '-', '_' and '.'.");
        Require(labels.Name != Latest, $"No run can be called {Latest}, which stands for the newest run: choose another name.");
        Require(labels.Tags.Count <= MostTags, $"A run has at most {MostTags} tags, but there are {labels.Tags.Count}: leave some out.");
        foreach (var tag in labels.Tags)
        {
            Require(RunId.IsValid(tag), $"'{Printable.Of(tag, 40)}' cannot be a tag: like an id, it has up to 64 letters, digits, '-', '_' and '.'.");
        }

        Require(labels.Notes is not { Length: > MostLetters }, $"Notes have at most {MostLetters} characters: shorten them.");
        Require(labels.Sweep is null || RunId.IsValid(labels.Sweep), "The sweep of a run is named by its id.");
    }
}
