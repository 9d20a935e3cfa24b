using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Commands.Options;
using Mnist.Distributed.Coordinator.Commands.Train;
using Mnist.Distributed.Coordinator.Sweeps.Values;
using Mnist.Distributed.Training.Catalogue;

namespace Mnist.Distributed.Coordinator.Commands.Sweep;

/// <summary>
/// The options of <c>mnist train</c> with several values each. For each trial they make the words
/// of a command line of <c>mnist train</c>, and that command reads them. So a trial has the plan
/// that the same command line has alone.
/// </summary>
internal sealed class SweptOptions
{
    /// <summary>
    /// Options that are the same for all trials: files, labels, and options that do not change the
    /// training.
    /// </summary>
    private static readonly HashSet<string> Fixed =
    [
        "--models-from", "--data", "--init", "--teacher", "--name", "--tag", "--notes", "--keep", "--checkpoint-every", "--ledger-every", "--accept-mixed-numerics",
    ];

    /// <summary>Options with a name of the catalogue, which has no comma.</summary>
    private static readonly HashSet<string> Names = ["--model", "--task", "--loss", "--optimizer", "--schedule", "--dataset"];

    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };

    private readonly Command _trial = new("train");
    private readonly IReadOnlyList<(Option Own, Option OfTrain)> _options;

    /// <summary>Makes the options for the entries of a catalogue.</summary>
    public SweptOptions(TrainingCatalogue catalogue)
    {
        Train = new TrainOptions(catalogue);
        Train.AddTo(_trial);
        _options = [.. _trial.Options.Select(option => (Own(option), option))];
    }

    /// <summary>The options of a trial's command line.</summary>
    public TrainOptions Train { get; }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (own, _) in _options)
        {
            command.Add(own);
        }
    }

    /// <summary>The options with several values, in the order of the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mayDraw">Whether values may be drawn at random.</param>
    /// <exception cref="InvalidInputException">Values are not in the form of a sweep.</exception>
    public IReadOnlyList<SweepOption> Swept(ParseResult parsed, bool mayDraw) =>
    [
        .. from given in Given(parsed)
           where !Fixed.Contains(given.Option.Name) && given.Tokens.Count > 0
           let values = SweepValues.Read(given.Option.Name, given.Tokens[^1].Value, Separator(given.Option.Name, given.Tokens[^1].Value), mayDraw && given.Option.Name != SweepGrid.Seed)
           where values is not ValueSource.Listed { Values.Count: 1 }
           select new SweepOption(given.Option.Name, values),
    ];

    /// <summary>The command line of a trial, as <c>mnist train</c> reads it.</summary>
    /// <param name="parsed">The command line of the sweep.</param>
    /// <param name="values">The values of the swept options.</param>
    /// <exception cref="InvalidInputException"><c>mnist train</c> refuses a value.</exception>
    public ParseResult Trial(ParseResult parsed, IReadOnlyDictionary<string, string> values)
    {
        var words = Given(parsed).SelectMany(given =>
            values.TryGetValue(given.Option.Name, out var value) ? Words(given.Option, [value]) : Words(given.Option, [.. given.Tokens.Select(token => token.Value)]));
        var trial = _trial.Parse([.. words], Grammar);
        InvalidInputException.Require(trial.Errors.Count == 0, trial.Errors.Count == 0 ? "" : Printable.Of(trial.Errors[0].Message, Printable.Sentence));
        return trial;
    }

    private static IEnumerable<OptionResult> Given(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Where(given => !given.Implicit && IsOfTrain(given.Option));

    private static bool IsOfTrain(Option option) => option is IOptionOfTrain;

    private static IEnumerable<string> Words(Option option, IReadOnlyList<string> values)
    {
        if (option is not OptionOfTrain { IsFlag: true })
        {
            return values.SelectMany(value => (string[])[option.Name, value]);
        }

        InvalidInputException.Require(values is [] or ["true" or "false"], $"{option.Name} is on or off: give it alone, or with the values true,false to sweep it.");
        return values is ["false"] ? [] : [option.Name];
    }

    /// <summary>
    /// The letter between the values of an option: a semicolon if the values themselves may have
    /// commas, such as epochs.
    /// </summary>
    private char Separator(string option, string text) =>
        text.Contains(';', StringComparison.Ordinal) || (!Names.Contains(option) && _trial.Parse([option, "1,2"], Grammar).Errors.Count == 0) ? ';' : ',';

    private static Option Own(Option option)
    {
        var own = Form(option);
        OptionTraits.Share(own, option);
        return own;
    }

    private static Option Form(Option option)
    {
        var isFlag = option.Arity.Equals(ArgumentArity.Zero);
        return option.Arity.MaximumNumberOfValues > 1
            ? OptionKind.Checked(new TagsOfTrain(option.Name) { Description = option.Description, HelpName = option.HelpName, Arity = option.Arity, AllowMultipleArgumentsPerToken = false })
            : OptionKind.Checked(new OptionOfTrain(option.Name, [.. option.Aliases], isFlag)
            {
                Description = option.Description,
                HelpName = isFlag ? "true,false" : option.HelpName,
                Arity = isFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
                DefaultValueFactory = option.HasDefaultValue && !isFlag ? _ => Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) : null,
            });
    }

    /// <summary>Marks an option that <c>mnist train</c> has too.</summary>
    private interface IOptionOfTrain;

    private sealed class OptionOfTrain(string name, string[] aliases, bool isFlag) : Option<string?>(name, aliases), IOptionOfTrain
    {
        public bool IsFlag => isFlag;
    }

    private sealed class TagsOfTrain(string name) : Option<string[]>(name), IOptionOfTrain;
}
