using System.CommandLine;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Terminal;

namespace Mnist.Distributed.Coordinator.Commands.Options;

/// <summary><c>--quiet</c> and <c>--verbose</c>, which every command has.</summary>
internal sealed class VerbosityOptions
{
    private readonly Option<bool> _quiet = OptionKind.Flag("--quiet", "Print results and errors only: no progress, no remarks.").In(OptionGroup.Output);
    private readonly Option<bool> _verbose = OptionKind.Flag(
        "--verbose", "Say on standard error what the program decides and does, how long it takes, and what a silo in this process logs.").In(OptionGroup.Output);

    /// <summary>Makes the options.</summary>
    public VerbosityOptions() => (_quiet.Recursive, _verbose.Recursive) = (true, true);

    /// <summary>Adds the options to the root of all commands.</summary>
    public void AddTo(ProgramCommand root)
    {
        root.Add(_quiet);
        root.Add(_verbose);
    }

    /// <summary>Lets the command say as much as the command line asks for.</summary>
    /// <exception cref="InvalidInputException">The user typed both options.</exception>
    public void Use(ParseResult parsed)
    {
        InvalidInputException.Require(
            !(parsed.IsTyped(_quiet) && parsed.IsTyped(_verbose)), "--quiet and --verbose contradict each other: leave one of them out.");
        var verbose = parsed.GetValue(_verbose) && !parsed.IsTyped(_quiet);
        Verbosity.Set(quiet: parsed.GetValue(_quiet) && !verbose, verbose);
    }
}
