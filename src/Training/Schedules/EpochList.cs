using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mnist.Distributed.Training.Schedules;

/// <summary>Numbers of epochs in rising order, written with commas: <c>3,6</c>.</summary>
/// <param name="epochs">The numbers.</param>
public sealed class EpochList(IReadOnlyList<int> epochs) : IParsable<EpochList>
{
    /// <summary>The numbers.</summary>
    public IReadOnlyList<int> Epochs => epochs;

    /// <inheritdoc />
    /// <exception cref="FormatException">The text is not such a list.</exception>
    public static EpochList Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var list) ? list : throw new FormatException($"'{s}' is not a list of epochs.");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out EpochList result)
    {
        var parts = (s ?? "").Split(',', StringSplitOptions.TrimEntries);
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, provider, out numbers[i]) || numbers[i] < 1 || (i > 0 && numbers[i] <= numbers[i - 1]))
            {
                result = null;
                return false;
            }
        }

        result = new EpochList(numbers);
        return true;
    }

    /// <summary>The numbers with commas between them.</summary>
    public override string ToString() => string.Join(',', epochs);
}
