using System.Globalization;

namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// A setting of a model, a loss or an optimizer: its name, its type and its range.
/// </summary>
/// <param name="Name">
/// The name in <see cref="Settings"/>; on the command line <c>--name</c>.
/// </param>
/// <param name="Description">
/// The effect of the setting, as one sentence for the help of the command line.
/// </param>
public abstract record Setting(string Name, string Description)
{
    /// <summary>Whether the setting has no default and must be given.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>Whether the setting is on or off: an option without a value.</summary>
    public virtual bool IsFlag => false;

    /// <summary>The default, as text.</summary>
    public abstract string UsualText { get; }

    /// <summary>The placeholder of a value in the help: <c>N</c> for numbers.</summary>
    public abstract string ValueName { get; }

    /// <summary>A value in its canonical form.</summary>
    /// <exception cref="InvalidInputException">
    /// The text is not a value of this type, or the value is out of range.
    /// </exception>
    public abstract string Canonical(string text);
}

/// <summary>A setting with values of one type.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
/// <param name="Name">
/// The name in <see cref="Settings"/>; on the command line <c>--name</c>.
/// </param>
/// <param name="Description">
/// The effect of the setting, as one sentence for the help of the command line.
/// </param>
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
    public override bool IsFlag => typeof(T) == typeof(bool);

    /// <inheritdoc />
    public override string UsualText => Text(Usual);

    /// <inheritdoc />
    public override string ValueName => IsNumber ? "N" : "VALUE";

    /// <summary>
    /// The value in the settings, or the default when the settings do not have it.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The text in the settings is not a value of this type, the value is out of range, or there is
    /// no value and the setting has no default.
    /// </exception>
    public T Of(Settings settings) =>
        settings.Find(Name) is { } text ? Parse(text)
        : IsNeeded ? throw new InvalidInputException($"{Name} is needed: give {Range}.", [Name])
        : Usual;

    /// <inheritdoc />
    public override string Canonical(string text) => Text(Parse(text));

    /// <summary>A value as text. The text reads back as the same value.</summary>
    public static string Text(T value) => value is -0f or -0.0 ? "0" : value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private T Parse(string text)
    {
        // A comma is a decimal separator in some countries and a thousands separator in others, so
        // no number here may contain one.
        var isRead = T.TryParse(text, CultureInfo.InvariantCulture, out var value) && !(IsNumber && text.AsSpan().IndexOfAny(", ") >= 0);
        if (!isRead)
        {
            var advice = IsNumber && !IsWhole && text.Contains(',', StringComparison.Ordinal)
                ? ": write a point before the decimals, and no separators of thousands"
                : "";
            throw new InvalidInputException(
                $"{Name} must be {(IsWhole ? "a whole number" : IsNumber ? "a number" : Range)}, but is '{Printable.Of(text)}'{advice}.", [Name]);
        }

        InvalidInputException.Require(IsInRange(value!), $"{Name} must be {Range}, but is {Text(value!)}.", [Name]);
        return value!;
    }
}
