using System.Globalization;

namespace Mnist.Distributed.Contracts.Data;

/// <summary>The classes of a data set, by label. Two lists with equal names are equal.</summary>
[GenerateSerializer, Immutable, Alias("mnist.ClassList")]
public sealed class ClassList : IEquatable<ClassList>
{
    /// <summary>The largest number of classes: a label has 16 bits.</summary>
    public const int Most = 65_536;

    [Id(0)] private readonly string[] _names;

    /// <summary>Classes with names.</summary>
    /// <param name="names">A name for each label, from label 0 on.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 or more than 65,536
    /// names.</exception>
    public ClassList(IEnumerable<string> names)
    {
        _names = [.. names];
        if (_names.Length is < 2 or > Most)
        {
            throw new ArgumentException($"There must be 2 to {Most} classes, not {_names.Length}.", nameof(names));
        }
    }

    /// <summary>Number of classes: labels are 0 to <c>Count - 1</c>.</summary>
    public int Count => _names.Length;

    /// <summary>The names, by label.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Classes without names: the label is the name.</summary>
    public static ClassList Numbered(int count) =>
        new(Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc />
    public bool Equals(ClassList? other) => other is not null && _names.AsSpan().SequenceEqual(other._names);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ClassList);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_names.Length, _names[0], _names[^1]);
}
