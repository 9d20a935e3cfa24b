using Mnist.Distributed.Training.Metrics;

namespace Mnist.Distributed.Training.Tasks;

/// <summary>
/// The answer to the question of a task for one image: what a network says, or what is right.
/// </summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>This answer with the probabilities of the outputs, if it can have some.</summary>
    /// <param name="probabilities">One probability for each output.</param>
    public Answer With(IReadOnlyList<double> probabilities) => this switch
    {
        Class one => one with { Probabilities = probabilities },
        YesNo question => question with { Probability = probabilities[0] },
        _ => this,
    };

    /// <summary>Which class?</summary>
    /// <param name="Label">The 0-based class.</param>
    /// <param name="Probabilities">
    /// A probability for each class; empty in a true answer, and if the outputs give none.
    /// </param>
    public sealed record Class(int Label, IReadOnlyList<double> Probabilities) : Answer;

    /// <summary>Yes or no?</summary>
    /// <param name="IsYes">The answer.</param>
    /// <param name="Probability">
    /// The probability of yes; null in a true answer, and if the output gives none.
    /// </param>
    public sealed record YesNo(bool IsYes, double? Probability) : Answer;

    /// <summary>Which pixels?</summary>
    /// <param name="Pixels">Whether a pixel belongs to the digit, row by row.</param>
    public sealed record Mask(IReadOnlyList<bool> Pixels) : Answer;

    /// <summary>Where?</summary>
    /// <param name="Box">The place.</param>
    public sealed record Place(Box Box) : Answer;

    /// <summary>Which string?</summary>
    /// <param name="Labels">Its 0-based classes.</param>
    public sealed record Text(IReadOnlyList<int> Labels) : Answer;

    /// <summary>Which vector?</summary>
    /// <param name="Elements">Its elements.</param>
    public sealed record Vector(IReadOnlyList<float> Elements) : Answer;
}
