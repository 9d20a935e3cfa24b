using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Clusters;
using Mnist.Distributed.Hosting.Stores;

namespace Mnist.Distributed.Coordinator.Commands;

/// <summary>Options that several commands share, and options whose errors name the option and what it wants.</summary>
internal static class CommonOptions
{
    /// <summary>Longer texts are longer than any path or name.</summary>
    private const int MostLetters = 4096;

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => Flag("--json", "Write JSON lines to standard output and nothing else there.");

    /// <summary><c>--slices</c>, formerly <c>--parameter-servers</c>.</summary>
    public static Option<int> Slices() =>
        Number("--slices", new RunOptions().Slices, "Slices of the vector, each summed along a tree of silos of its own; 'mnist plan' tells when slices pay.", "--parameter-servers");

    /// <summary><c>--fan-out</c>.</summary>
    public static Option<int> FanOut() => Number("--fan-out", new RunOptions().FanOut, "Parts that a silo passes a slice on to; a power of two.");

    /// <summary><c>--accept-mixed-numerics</c>.</summary>
    public static Option<bool> AcceptMixedNumerics() => Flag(
        "--accept-mixed-numerics", "Let silos take part whose arithmetic may differ in its last bits; the result is then not reproducible.");

    /// <summary><c>--force</c>.</summary>
    public static Option<bool> Force(string description) => Flag("--force", description);

    /// <summary><c>--limit N</c>.</summary>
    public static Option<int?> Limit() => Number<int>("--limit", "Use the first N training images.");

    /// <summary><c>--cluster NAME</c>, or <c>--name NAME</c>, of a command that needs one.</summary>
    public static Option<string> Cluster(string description = "The cluster.") => Text("--cluster", "NAME", description, "local", "--name");

    /// <summary><c>--cluster NAME</c>, or <c>--name NAME</c>, of a command that can do without.</summary>
    public static Option<string?> ClusterIfAny(string description) => OptionalText("--cluster", "NAME", description, "--name");

    /// <summary><c>--store STORE</c>.</summary>
    public static Option<string?> Store() => OptionalText(
        "--store", "STORE", $"Where the cluster keeps its membership: {StoreName.Forms}. Default: ${ClusterPlace.Variable}, then a local cluster.");

    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Data() => OptionalText(
        "--data", "DIR", "Folder with the data set's four IDX files, plain or gzip. Default: $MNIST_DATA, the cache, then a download.");

    /// <summary><c>--out DIR</c>.</summary>
    public static Option<string?> Output(string description) => OptionalText("--out", "DIR", description);

    /// <summary>The argument that names a run.</summary>
    public static Argument<string> Run()
    {
        var argument = new Argument<string>("run") { Description = "The run's id.", HelpName = "RUN" };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var id }] && !RunId.IsValid(id))
            {
                result.AddError($"'{id}' cannot be a run's id: {RunId.Rule}; 'mnist runs list' names the runs there are.");
            }
        });
        return argument;
    }

    /// <summary>An option that is given or not.</summary>
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

    /// <summary>Refuses a text that is blank or cannot be shown.</summary>
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
        // Neither spaces nor thousands separators: in half of the world, "0,01" is a hundredth.
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
