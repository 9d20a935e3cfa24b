using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Silo;
using Xunit;

namespace Mnist.Distributed.Tests.Silo;

/// <summary>Help, reading and validation come from one description of each option.</summary>
public sealed class SiloOptionTableTests
{
    private static readonly (string Key, string Value) Store = ("Silo:Store", "sqlite:x.db");

    public static TheoryData<string> Numbers => [.. SiloOptionTable.All.OfType<NumberOption>().Select(option => option.Name)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_at_either_end_of_its_range_is_taken(string name)
    {
        var option = NumberOf(name);
        foreach (var number in new[] { option.Range.Least, option.Range.Most })
        {
            Assert.Equal(number, option.Get(Read(Store, (option.Key, Text(number)))));
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_outside_its_range_is_refused_with_its_key_and_range(string name)
    {
        var option = NumberOf(name);
        foreach (var number in new[] { option.Range.Least - 1, option.Range.Most + 1 })
        {
            var refusal = Assert.Throws<InvalidInputException>(() => Read(Store, (option.Key, Text(number))));
            Assert.Equal($"{option.Key} must be from {option.Range.Least} to {option.Range.Most}{option.Unit}, but is {number}.", refusal.Message);
        }
    }

    [Fact]
    public void The_defaults_are_taken() => Assert.Equal("local", Read(Store).Cluster);

    [Fact]
    public void Keys_differ() => Assert.Equal(
        SiloOptionTable.All.Count, SiloOptionTable.All.DistinctBy(option => option.Name, StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Help_shows_each_option_with_its_default() => Assert.All(SiloOptionTable.All, option =>
    {
        var line = SiloHelp.Text.Split('\n').Single(line => line.Contains($"--{option.Key} ", StringComparison.Ordinal) && line.StartsWith("  --", StringComparison.Ordinal));
        Assert.Contains(option.Help, line, StringComparison.Ordinal);
        Assert.Contains(option.Default, line, StringComparison.Ordinal);
    });

    /// <summary>
    /// A new member of the options that is not in the table could not be set by anybody.
    /// </summary>
    [Fact]
    public void Each_time_of_the_grains_options_is_an_option()
    {
        var options = new SiloProcessOptions();
        foreach (var option in SiloOptionTable.All.OfType<NumberOption>().Where(option => option.Unit.Length > 0))
        {
            option.Set(options, 12_345);
        }

        Assert.All(TimesOf(options), time => Assert.Equal(TimeSpan.FromMilliseconds(12_345), time));
    }

    private static IEnumerable<TimeSpan> TimesOf(object options) =>
        from property in options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
        let value = property.GetValue(options)!
        from time in value is TimeSpan own ? [own]
            : property.PropertyType.Namespace!.StartsWith("Mnist.", StringComparison.Ordinal) ? TimesOf(value)
            : []
        select time;

    private static NumberOption NumberOf(string name) => SiloOptionTable.All.OfType<NumberOption>().Single(option => option.Name == name);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static SiloProcessOptions Read(params (string Key, string Value)[] entries) => SiloConfiguration.Read(
        new ConfigurationBuilder().AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value))).Build());
}
