using Microsoft.Extensions.Configuration;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Silo;

/// <summary>
/// Reads the options of a silo from its configuration. A message about a bad value names the key.
/// </summary>
internal static class SiloConfiguration
{
    /// <summary>Reads and checks the options of the section <c>Silo</c>.</summary>
    /// <exception cref="InvalidInputException">
    /// A key is unknown, or a value cannot be used. The message says which.
    /// </exception>
    public static SiloProcessOptions Read(IConfiguration configuration)
    {
        var options = new SiloProcessOptions();
        foreach (var entry in configuration.GetSection(SiloProcessOptions.Section).GetChildren())
        {
            var option = SiloOptionTable.All.FirstOrDefault(option => option.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new InvalidInputException($"Silo:{entry.Key} is not an option: use one of {string.Join(", ", SiloOptionTable.All.Select(known => known.Key))}.");
            option.Read(entry, options);
        }

        options.Validate();
        return options;
    }
}
