using System.Globalization;
using CsCheck;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Plans;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Plans;

/// <summary>A bag of settings is a value: what it means decides what it equals.</summary>
public sealed class SettingsProperties
{
    private static readonly Setting<int> Width = new("width", "Width.", 8, "from 1 to 100", value => value is >= 1 and <= 100);

    private static readonly Setting<float> Rate = new("rate", "Rate.", 0.5f, "from 0 to 1", value => value is >= 0 and <= 1);

    private static readonly Setting<double> Fine = new("fine", "Fine.", 1e-300, "a number", _ => true);

    private static readonly Setting<long> Long = new("long", "Long.", long.MaxValue, "a whole number", _ => true);

    private static readonly Setting<string> Kind = new("kind", "Kind.", "plain", "plain or fancy", value => value is "plain" or "fancy");

    private static readonly Setting[] All = [Width, Rate, Fine, Long, Kind];

    private static readonly Gen<(string Name, string Value)[]> Entries = Gen.Select(
        Gen.String[Gen.Char['a', 'f'], 1, 2], Gen.String[Gen.Char['0', '3'], 0, 2]).Array[0, 8];

    [Fact]
    public void The_last_value_of_a_name_counts_and_the_order_of_names_does_not() => Entries.Sample(entries =>
    {
        var last = entries.GroupBy(entry => entry.Name).Select(group => group.Last()).ToArray();

        var bag = Bag(entries);

        Assert.All(last, entry => Assert.Equal(entry.Value, bag.Find(entry.Name)));
        Assert.Null(bag.Find("z"));
        Assert.Equal(last.Length, bag.Values.Count);
        Assert.Equal(bag, Bag([.. last.Reverse()]));
        Assert.Equal(bag.GetHashCode(), Bag([.. last.Reverse()]).GetHashCode());
        Assert.Equal(bag.ToString(), Bag([.. last.Reverse()]).ToString());
    });

    [Fact]
    public void Bags_are_equal_when_they_print_the_same() => Gen.Select(Entries, Entries).Sample((left, right) =>
        Assert.Equal(Bag(left).ToString() == Bag(right).ToString(), Bag(left).Equals(Bag(right))));

    [Fact]
    public void With_leaves_the_bag_as_it_was()
    {
        var before = Settings.Empty.With(Width, 3);

        _ = before.With(Width, 4).With(Rate, 1);

        Assert.Equal("width 3", before.ToString());
        Assert.Empty(Settings.Empty.Values);
    }

    [Fact]
    public void Values_survive_as_text() => Gen.Select(Gen.Int[1, 100], Gen.Float[0, 1], Gen.Double, Gen.Long).Sample((width, rate, fine, whole) =>
    {
        var bag = Settings.Empty.With(Width, width).With(Rate, rate).With(Fine, fine).With(Long, whole);

        Assert.Equal((width, rate, fine, whole), (Width.Of(bag), Rate.Of(bag), Fine.Of(bag), Long.Of(bag)));
        Assert.Equal(rate.ToString(CultureInfo.InvariantCulture), bag.Find("rate"));
    });

    [Fact]
    public void A_canonical_text_is_its_own_canonical_text_and_means_the_same() => Gen.Float[0, 1].Sample(rate =>
    {
        var canonical = Rate.Canonical(rate.ToString("E12", CultureInfo.InvariantCulture));

        Assert.Equal(canonical, Rate.Canonical(canonical));
        Assert.Equal(canonical, Rate.Canonical(canonical.PadLeft(canonical.Length + 2, '0')));
        Assert.Equal(rate, Rate.Of(Settings.Empty.With("rate", canonical)));
    });

    [Theory]
    [InlineData("007", "7")]
    [InlineData("+7", "7")]
    [InlineData("100", "100")]
    public void Whole_numbers_have_one_form(string text, string canonical) => Assert.Equal(canonical, Width.Canonical(text));

    [Fact]
    public void A_complete_bag_has_every_setting_in_canonical_form_and_stays_as_it_is()
    {
        var complete = Settings.Empty.With("width", "010").With("rate", "1e-1").Complete(All, "thing");

        Assert.Equal("fine 1E-300, kind plain, long 9223372036854775807, rate 0.1, width 10", complete.ToString());
        Assert.Equal(complete, complete.Complete(All, "thing"));
        Assert.Equal(Settings.Empty, Settings.Empty.Complete([], "thing"));
        Assert.NotEqual(complete, Settings.Empty.Complete(All, "thing"));
    }

    [Theory]
    [InlineData("width", "0", "width must be from 1 to 100, but is 0.")]
    [InlineData("width", "101", "width must be from 1 to 100, but is 101.")]
    [InlineData("width", "99999999999", "width must be a whole number, but is '99999999999'.")]
    [InlineData("width", "7.5", "width must be a whole number, but is '7.5'.")]
    [InlineData("width", "1,5", "width must be a whole number, but is '1,5'.")]
    [InlineData("width", " 7", "width must be a whole number, but is ' 7'.")]
    [InlineData("width", "", "width must be a whole number, but is ''.")]
    [InlineData("rate", "2", "rate must be from 0 to 1, but is 2.")]
    [InlineData("rate", "NaN", "rate must be from 0 to 1, but is NaN.")]
    [InlineData("rate", "0,5", "rate must be a number, but is '0,5': write a point before the decimals, and no separators of thousands.")]
    [InlineData("rate", "a\u001b[31m", "rate must be a number, but is 'a?[31m'.")]
    [InlineData("kind", "odd", "kind must be plain or fancy, but is odd.")]
    public void A_value_that_cannot_be_is_refused_by_its_name(string name, string value, string sentence)
    {
        var bag = Settings.Empty.With(name, value);

        var refusal = Assert.Throws<InvalidInputException>(() => bag.Complete(All, "thing"));

        Assert.Equal(sentence, refusal.Message);
        Assert.Equal([name], refusal.Properties);
    }

    [Theory]
    [InlineData(true, "The thing has no setting depth: use width, rate, fine, long, kind.")]
    [InlineData(false, "The thing has no setting depth: it has none.")]
    public void A_setting_that_nobody_has_is_refused(bool hasSettings, string sentence)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Settings.Empty.With("depth", "1").Complete(hasSettings ? All : [], "thing"));

        Assert.Equal(sentence, refusal.Message);
        Assert.Contains("depth", refusal.Properties);
    }

    private static Settings Bag((string Name, string Value)[] entries) =>
        entries.Aggregate(Settings.Empty, (bag, entry) => bag.With(entry.Name, entry.Value));
}
