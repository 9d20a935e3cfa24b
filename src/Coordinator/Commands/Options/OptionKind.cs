using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary>
/// The kinds of options: flags, texts and numbers. Their errors name the option and the values that
/// it accepts.
/// </summary>
internal static class OptionKind
{
    /// <summary>The limit for texts, in characters. No path or name is longer.</summary>
    private const int MostLetters = 4096;

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>An option with a text that has a default.</summary>
    public static Option<string> Text(string name, string what, string description, string usual, params string[] aliases) => Checked(new Option<string>(name, aliases)
    {
        Description = description,
        HelpName = what,
        DefaultValueFactory = _ => usual,
    });

    /// <summary>An option with a text that may be left out.</summary>
    public static Option<string?> OptionalText(string name, string what, string description, params string[] aliases) =>
        Checked(new Option<string?>(name, aliases) { Description = description, HelpName = what });

    /// <summary>An option with a text that may be given several times.</summary>
    public static Option<string[]> Several(string name, string what, string description) => Checked(new Option<string[]>(name)
    {
        Description = description,
        HelpName = what,
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = false,
    });

    /// <summary>An option with a number that has a default.</summary>
    public static Option<T> Number<T>(string name, T usual, string description, params string[] aliases)
        where T : struct, INumber<T> => new(name, aliases)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => usual,
            CustomParser = result => Parse<T>(name, result) ?? usual,
        };

    /// <summary>An option with a number that may be left out.</summary>
    public static Option<T?> Number<T>(string name, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Parse<T>(name, result),
        };

    /// <summary>
    /// Adds a check that refuses texts that are blank, too long or not printable.
    /// </summary>
    public static Option<T> Checked<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                if (string.IsNullOrWhiteSpace(text))
                {
                    result.AddError($"{option.Name} is empty: give a {option.HelpName}, or leave the option out.");
                }
                else if (text.Length > MostLetters || !Printable.Is(text))
                {
                    result.AddError($"{option.Name} is longer than {MostLetters} letters or has letters that cannot be shown: give another {option.HelpName}.");
                }
            }
        });
        return option;
    }

    private static T? Parse<T>(string name, ArgumentResult result)
        where T : struct, INumber<T>
    {
        // Spaces and separators of thousands are not allowed: in many languages "0,01" is a
        // hundredth, and with separators it would be read as 1.
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var isWhole = T.IsZero(T.One / (T.One + T.One));
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (T.TryParse(text, isWhole ? NumberStyles.AllowLeadingSign : Styles, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        var advice = !isWhole && text.Contains(',', StringComparison.Ordinal) ? ": write a point before the decimals, and no separators of thousands"
            : "";
        result.AddError($"{name} must be a {(isWhole ? "whole number" : "number")}, but is '{text}'{advice}.");
        return null;
    }
}
