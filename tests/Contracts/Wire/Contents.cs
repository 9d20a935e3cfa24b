using System.Collections;
using System.Globalization;

using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>
/// Writes the whole content of a message as text, to the last bit. Equal texts mean equal messages.
/// </summary>
internal static class Contents
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        float number => $"{BitConverter.SingleToUInt32Bits(number):X}",
        double number => $"{BitConverter.DoubleToUInt64Bits(number):X}",
        DateTime time => $"{time:O}",
        IFormattable simple => simple.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth.ToString(),
        ParameterVector vector => Of(vector.Span.ToArray()),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name} {{ {string.Join(", ", Members(value))} }}",
    };

    private static IEnumerable<string> Members(object message) =>
        from property in message.GetType().GetProperties()
        where property.CanWrite
        select $"{property.Name} = {Of(property.GetValue(message))}";
}
