namespace Mnist.Distributed.Contracts.Plans;

/// <summary>
/// Values by name, such as <c>hidden</c> = 100 of a model. The values are kept as text; the
/// <see cref="Setting"/>s that read them have the types. Settings with equal names and values are
/// equal.
/// </summary>
[GenerateSerializer, Immutable, Alias("mnist.Settings")]
public sealed class Settings : IEquatable<Settings>
{
    [Id(0)] private readonly KeyValuePair<string, string>[] _values;

    private Settings(IEnumerable<KeyValuePair<string, string>> values) =>
        _values = [.. values.OrderBy(entry => entry.Key, StringComparer.Ordinal)];

    /// <summary>The settings without values: every setting has its default.</summary>
    public static Settings Empty { get; } = new([]);

    /// <summary>Names and values, in the order of their names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    /// <summary>The text of a value; null when there is no value of that name.</summary>
    public string? Find(string name) => _values.FirstOrDefault(entry => entry.Key == name).Value;

    /// <summary>A copy with one more value, or with another value of that name.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">
    /// The value as text; <see cref="Setting.Canonical"/> gives its canonical form.
    /// </param>
    public Settings With(string name, string value) =>
        new([.. _values.Where(entry => entry.Key != name), KeyValuePair.Create(name, value)]);

    /// <summary>A copy with one more value, or with another value of that setting.</summary>
    public Settings With<T>(Setting<T> setting, T value)
        where T : IParsable<T> => With(setting.Name, Setting<T>.Text(value));

    /// <summary>
    /// A copy with a value for each known setting: the value that is there, or else the default.
    /// </summary>
    /// <param name="known">The settings that the owner knows.</param>
    /// <param name="owner">
    /// The owner of the settings, for the message, such as <c>model cnn</c>.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// There is a value that the owner does not know, or a value out of range, or a value is
    /// missing that has no default.
    /// </exception>
    public Settings Complete(IReadOnlyList<Setting> known, string owner)
    {
        foreach (var (name, _) in _values)
        {
            InvalidInputException.Require(
                known.Any(setting => setting.Name == name),
                $"The {owner} has no setting {name}: {(known.Count == 0 ? "it has none" : $"use {string.Join(", ", known.Select(setting => setting.Name))}")}.",
                [name, .. known.Select(setting => setting.Name)]);
        }

        return new(known.Select(setting => KeyValuePair.Create(setting.Name, Canonical(setting, owner))));
    }

    private string Canonical(Setting setting, string owner)
    {
        var text = Find(setting.Name);
        InvalidInputException.Require(text is not null || !setting.IsNeeded, $"The {owner} needs the setting {setting.Name}: give it.", setting.Name);
        return setting.Canonical(text ?? setting.UsualText);
    }

    /// <inheritdoc />
    public bool Equals(Settings? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Settings);

    /// <inheritdoc />
    public override int GetHashCode() =>
        _values.Aggregate(0, (hash, entry) => HashCode.Combine(hash, string.GetHashCode(entry.Value, StringComparison.Ordinal)));

    /// <summary>The values in one line, such as <c>hidden 100</c>.</summary>
    public override string ToString() => string.Join(", ", _values.Select(entry => $"{entry.Key} {entry.Value}"));
}
