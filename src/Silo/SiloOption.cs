using System.Globalization;
using Microsoft.Extensions.Configuration;
using Mnist.Distributed.Contracts;
using static Mnist.Distributed.Contracts.InvalidInputException;

namespace Mnist.Distributed.Silo;

/// <summary>
/// An option of the silo. Its help, its reading and its validation all come from this one
/// description.
/// </summary>
/// <param name="Name">The key in the configuration section <c>Silo</c>.</param>
/// <param name="Form">The placeholder of the value in the help.</param>
/// <param name="Help">The description in the help.</param>
internal abstract record SiloOption(string Name, string Form, string Help)
{
    /// <summary>The full key, such as <c>Silo:Name</c>.</summary>
    public string Key => $"{SiloProcessOptions.Section}:{Name}";

    /// <summary>
    /// The text for the default in the help, if the value of the default would not explain enough.
    /// </summary>
    public string? DefaultText { get; init; }

    /// <summary>Further lines of help.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The default as the help shows it.</summary>
    public string Default => DefaultText ?? Show(new SiloProcessOptions());

    /// <summary>Reads the value from a configuration.</summary>
    /// <exception cref="InvalidInputException">
    /// The value does not have the type of this option.
    /// </exception>
    public void Read(IConfigurationSection entry, SiloProcessOptions options)
    {
        if (entry.Value is null)
        {
            throw new InvalidInputException($"{Key} must be one value, but is {(entry.GetChildren().Any() ? "a list or a section" : "null")}: give a value, or leave it out.");
        }

        Read(entry.Value, options);
    }

    /// <summary>Checks the value. The message of the exception names the key.</summary>
    /// <exception cref="InvalidInputException">The value cannot be used.</exception>
    public abstract void Validate(SiloProcessOptions options);

    /// <summary>The value as the help shows it.</summary>
    protected abstract string Show(SiloProcessOptions options);

    /// <summary>Reads the value from a text.</summary>
    protected abstract void Read(string text, SiloProcessOptions options);
}

/// <summary>An option that is a text.</summary>
/// <param name="Name"><inheritdoc cref="SiloOption" path="/param[@name='Name']"/></param>
/// <param name="Form"><inheritdoc cref="SiloOption" path="/param[@name='Form']"/></param>
/// <param name="Help"><inheritdoc cref="SiloOption" path="/param[@name='Help']"/></param>
/// <param name="Get">Gets the value.</param>
/// <param name="Set">Sets the value.</param>
internal sealed record TextOption(
    string Name, string Form, string Help, Func<SiloProcessOptions, string> Get, Action<SiloProcessOptions, string> Set) : SiloOption(Name, Form, Help)
{
    /// <summary>
    /// Gives a message about a bad value; null for a good one. Default: every value is good.
    /// </summary>
    public Func<string, string?> Fault { get; init; } = _ => null;

    /// <inheritdoc />
    public override void Validate(SiloProcessOptions options)
    {
        var fault = Fault(Get(options));
        Require(fault is null, fault!);
    }

    /// <inheritdoc />
    protected override string Show(SiloProcessOptions options) => Get(options);

    /// <inheritdoc />
    protected override void Read(string text, SiloProcessOptions options) => Set(options, text);
}

/// <summary>An option that is true or false.</summary>
/// <param name="Name"><inheritdoc cref="SiloOption" path="/param[@name='Name']"/></param>
/// <param name="Help"><inheritdoc cref="SiloOption" path="/param[@name='Help']"/></param>
/// <param name="Get">Gets the value.</param>
/// <param name="Set">Sets the value.</param>
internal sealed record FlagOption(
    string Name, string Help, Func<SiloProcessOptions, bool> Get, Action<SiloProcessOptions, bool> Set) : SiloOption(Name, "BOOL", Help)
{
    /// <inheritdoc />
    public override void Validate(SiloProcessOptions options)
    {
    }

    /// <inheritdoc />
    protected override string Show(SiloProcessOptions options) => Get(options) ? "true" : "false";

    /// <inheritdoc />
    protected override void Read(string text, SiloProcessOptions options) =>
        Set(options, bool.TryParse(text, out var flag) ? flag : throw new InvalidInputException($"{Key} must be true or false, but is '{text}'."));
}

/// <summary>An option that is one of a few words.</summary>
/// <typeparam name="T">The words.</typeparam>
/// <param name="Name"><inheritdoc cref="SiloOption" path="/param[@name='Name']"/></param>
/// <param name="Help"><inheritdoc cref="SiloOption" path="/param[@name='Help']"/></param>
/// <param name="Get">Gets the value.</param>
/// <param name="Set">Sets the value.</param>
internal sealed record ChoiceOption<T>(string Name, string Help, Func<SiloProcessOptions, T> Get, Action<SiloProcessOptions, T> Set) : SiloOption(Name, "WORD", Help)
    where T : struct, Enum
{
    private static readonly string[] Words = [.. Enum.GetNames<T>().Select(word => word.ToLowerInvariant())];

    /// <inheritdoc />
    public override void Validate(SiloProcessOptions options)
    {
    }

    /// <inheritdoc />
    protected override string Show(SiloProcessOptions options) => Get(options).ToString().ToLowerInvariant();

    /// <inheritdoc />
    protected override void Read(string text, SiloProcessOptions options) => Set(
        options,
        Array.IndexOf(Words, text) is >= 0 and var word
            ? Enum.GetValues<T>()[word]
            : throw new InvalidInputException($"{Key} must be {string.Join(", ", Words[..^1])} or {Words[^1]}, but is '{Printable.Of(text)}'."));
}

/// <summary>An option that is a whole number.</summary>
/// <param name="Name"><inheritdoc cref="SiloOption" path="/param[@name='Name']"/></param>
/// <param name="Help"><inheritdoc cref="SiloOption" path="/param[@name='Help']"/></param>
/// <param name="Range">The allowed values; both ends are included.</param>
/// <param name="Get">Gets the value.</param>
/// <param name="Set">Sets the value.</param>
internal sealed record NumberOption(
    string Name, string Help, (int Least, int Most) Range, Func<SiloProcessOptions, int> Get, Action<SiloProcessOptions, int> Set) : SiloOption(Name, "N", Help)
{
    /// <summary>The unit for messages, with a space before it; empty if there is none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>An option that is a time in milliseconds.</summary>
    public static NumberOption Milliseconds(
        string name, string help, (int Least, int Most) range, Func<SiloProcessOptions, TimeSpan> get, Action<SiloProcessOptions, TimeSpan> set) =>
        new(name, help, range, options => (int)get(options).TotalMilliseconds, (options, time) => set(options, TimeSpan.FromMilliseconds(time)))
        {
            Unit = " milliseconds",
        };

    /// <inheritdoc />
    public override void Validate(SiloProcessOptions options)
    {
        var number = Get(options);
        Require(
            number >= Range.Least && number <= Range.Most,
            $"{Key} must be from {Range.Least} to {Range.Most}{Unit}, but is {number}.");
    }

    /// <inheritdoc />
    protected override string Show(SiloProcessOptions options) => Get(options).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc />
    protected override void Read(string text, SiloProcessOptions options) => Set(
        options,
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidInputException($"{Key} must be a whole number, but is '{text}'."));
}
