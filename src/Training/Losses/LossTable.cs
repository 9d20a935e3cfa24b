using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Training.Losses;

/// <summary>The losses that <c>--loss</c> knows. A new loss is a class in this folder and a line here.</summary>
public static class LossTable
{
    private static readonly ILoss[] Losses = [new CrossEntropyLoss()];

    /// <summary>Names of all losses.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Losses.Select(loss => loss.Name)];

    /// <summary>The loss called <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such loss.</exception>
    public static ILoss Get(string name) =>
        Losses.FirstOrDefault(loss => loss.Name == name)
        ?? throw new InvalidInputException($"There is no loss '{name}': choose one of {string.Join(", ", Names)}.");
}
