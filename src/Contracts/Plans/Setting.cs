using System.Globalization;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>A setting of a model, a loss or an optimizer: its name, its type and its range.</summary>
/// <param name="Name">Name in a <see cref="Settings"/> bag; on the command line <c>--name</c>.</param>
/// <param name="Description">What it does, as one sentence for the command line's help.</param>
public abstract record Setting(string Name, string Description)
{
    /// <summary>The default, as text.</summary>
    public abstract string UsualText { get; }

    /// <summary>What a value is called in help: <c>N</c> for numbers.</summary>
    public abstract string ValueName { get; }

    /// <summary>The usual form of a value.</summary>
    /// <exception cref="InvalidInputException">The text is no such value, or it is out of range.</exception>
    public abstract string Canonical(string text);
}

/// <summary>A setting with values of one type.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
/// <param name="Name">Name in a <see cref="Settings"/> bag; on the command line <c>--name</c>.</param>
/// <param name="Description">What it does, as one sentence for the command line's help.</param>
/// <param name="Usual">The default.</param>
/// <param name="Range">The range in words, such as <c>from 1 to 100</c>.</param>
/// <param name="IsInRange">Whether a value is in the range.</param>
public sealed record Setting<T>(string Name, string Description, T Usual, string Range, Func<T, bool> IsInRange)
    : Setting(Name, Description)
    where T : IParsable<T>
{
    private static bool IsWhole => typeof(T) == typeof(int) || typeof(T) == typeof(long);

    private static bool IsNumber => IsWhole || typeof(T) == typeof(float) || typeof(T) == typeof(double);

    /// <inheritdoc />
    public override string UsualText => Text(Usual);

    /// <inheritdoc />
    public override string ValueName => IsNumber ? "N" : "VALUE";

    /// <summary>The value that a bag holds, or else the default.</summary>
    /// <exception cref="InvalidInputException">The bag holds no value of this type and range.</exception>
    public T Of(Settings settings) => settings.Find(Name) is { } text ? Parse(text) : Usual;

    /// <inheritdoc />
    public override string Canonical(string text) => Text(Parse(text));

    /// <summary>A value as text that reads back as the same value.</summary>
    public static string Text(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private T Parse(string text)
    {
        // A comma may stand for a point or for nothing, by country: it is never part of a number here.
        var isRead = T.TryParse(text, CultureInfo.InvariantCulture, out var value) && !(IsNumber && text.AsSpan().IndexOfAny(", ") >= 0);
        if (!isRead)
        {
            var advice = !IsWhole && text.Contains(',', StringComparison.Ordinal)
                ? ": write a point before the decimals, and no separators of thousands"
                : "";
            throw new InvalidInputException(
                $"{Name} must be a {(IsWhole ? "whole number" : IsNumber ? "number" : "value")}, but is '{Printable.Of(text)}'{advice}.", [Name]);
        }

        InvalidInputException.Require(IsInRange(value!), $"{Name} must be {Range}, but is {Text(value!)}.", [Name]);
        return value!;
    }
}
