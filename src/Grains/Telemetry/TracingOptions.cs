using System.Globalization;
using Microsoft.Extensions.Configuration;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Grains.Telemetry;

/// <summary>Options that decide which steps of a run are traced as spans.</summary>
public sealed class TracingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Tracing";

    /// <summary>Number of steps at the start of a run that are traced. Default: 5.</summary>
    public int FirstSteps { get; set; } = 5;

    /// <summary>
    /// After the first steps, one of this many steps is traced; 0 traces none. Default: 500.
    /// </summary>
    public int OneIn { get; set; } = 500;

    /// <summary>Reads the section of a configuration.</summary>
    /// <exception cref="InvalidInputException">
    /// The section has an unknown key, or a value that is not a number of steps.
    /// </exception>
    public static TracingOptions Read(IConfiguration configuration)
    {
        var options = new TracingOptions();
        foreach (var entry in configuration.GetSection(Section).GetChildren())
        {
            switch (entry.Key.ToUpperInvariant())
            {
                case "FIRSTSTEPS":
                    options.FirstSteps = Steps(entry);
                    break;
                case "ONEIN":
                    options.OneIn = Steps(entry);
                    break;
                default:
                    throw new InvalidInputException(
                        $"{Section}:{entry.Key} (as a variable, {Section}__{entry.Key}) is not known: use {Section}:{nameof(FirstSteps)} or {Section}:{nameof(OneIn)}.");
            }
        }

        return options;
    }

    /// <summary>Whether a step is traced.</summary>
    public bool IsSampled(long step) => step < FirstSteps || (OneIn > 0 && step % OneIn == 0);

    private static int Steps(IConfigurationSection entry) =>
        int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            ? steps
            : throw new InvalidInputException(
                $"{Section}:{entry.Key} (as a variable, {Section}__{entry.Key}) is no number of steps: give a whole number from 0 to {int.MaxValue}.");
}
