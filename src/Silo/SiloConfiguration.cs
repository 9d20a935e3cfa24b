using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Silo;

/// <summary>Reads a silo's options from its configuration; whatever it cannot take is a sentence that names the key.</summary>
internal static class SiloConfiguration
{
    private static readonly PropertyInfo[] Options = typeof(SiloProcessOptions).GetProperties();

    /// <summary>The options of the section <c>Silo</c>, checked.</summary>
    /// <exception cref="InvalidInputException">A key is unknown, or a value cannot be used.</exception>
    public static SiloProcessOptions Read(IConfiguration configuration)
    {
        var options = new SiloProcessOptions();
        foreach (var entry in configuration.GetSection(SiloProcessOptions.Section).GetChildren())
        {
            var option = Options.FirstOrDefault(option => option.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new InvalidInputException($"Silo:{entry.Key} is not an option: use one of {string.Join(", ", Options.Select(known => $"Silo:{known.Name}"))}.");
            option.SetValue(options, ValueOf($"Silo:{option.Name}", entry, option.PropertyType));
        }

        options.Validate();
        return options;
    }

    private static object ValueOf(string key, IConfigurationSection entry, Type type)
    {
        var text = entry.Value;
        if (text is null)
        {
            throw new InvalidInputException($"{key} must be one value, but is {(entry.GetChildren().Any() ? "a list or a section" : "null")}: give a value, or leave it out.");
        }

        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(bool))
        {
            return bool.TryParse(text, out var flag) ? flag : throw new InvalidInputException($"{key} must be true or false, but is '{text}'.");
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidInputException($"{key} must be a whole number, but is '{text}'.");
    }
}
