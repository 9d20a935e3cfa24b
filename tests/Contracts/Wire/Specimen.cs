using System.Net;
using System.Reflection;

using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Ledgers;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.State;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>Makes messages of any type with random contents.</summary>
internal sealed class Specimen(Random random)
{
    private static readonly NullabilityInfoContext Nullability = new();

    public object Of(Type type)
    {
        Type[] cases = [.. WireTypes.Messages.Where(message => !message.IsAbstract && message.IsAssignableTo(type))];
        type = cases.Length > 0 ? cases[random.Next(cases.Length)] : type;
        return Simple(type) ?? Sequence(type) ?? Composite(type);
    }

    private object? Simple(Type type)
    {
        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return values.GetValue(random.Next(values.Length));
        }

        return type switch
        {
            _ when type == typeof(int) => random.Next(int.MinValue, int.MaxValue) >> random.Next(32),
            _ when type == typeof(long) => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
            _ when type == typeof(bool) => random.Next(2) == 1,
            _ when type == typeof(float) => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)),
            _ when type == typeof(double) => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            _ when type == typeof(string) => new string([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(1, 0xD000))]),
            _ when type == typeof(DateTime) => new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc),
            _ when type == typeof(SiloAddress) => SiloAddress.New(IPAddress.Loopback, random.Next(1, 65536), random.Next()),
            _ when type == typeof(ParameterVector) => Vector(),
            _ when type == typeof(ClassList) => ClassList.Numbered(random.Next(2, 20)),
            _ when type == typeof(Settings) => Enumerable.Range(0, random.Next(4)).Aggregate(Settings.Empty, (bag, i) => bag.With($"setting-{i}", (string)Of(typeof(string)))),
            _ when type == typeof(HashHistory) => HashHistory.Empty.GoOnFrom(0, ListOf<StateHash>()),
            _ => null,
        };
    }

    private object? Sequence(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var definition
        && (definition == typeof(IReadOnlyList<>) || definition == typeof(List<>))
            ? Invoke(definition == typeof(List<>) ? nameof(ListOf) : nameof(ReadOnlyOf), type.GetGenericArguments()[0])
            : null;

    private object Composite(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        var parameters = constructor.GetParameters();
        var made = constructor.Invoke(
            [.. parameters.Select(parameter => OrNull(parameter.ParameterType, Nullable(() => Nullability.Create(parameter))))]);
        foreach (var property in type.GetProperties().Where(p => p.IsDefined(typeof(IdAttribute)) && parameters.All(parameter => parameter.Name != p.Name)))
        {
            property.SetValue(made, OrNull(property.PropertyType, Nullable(() => Nullability.Create(property))));
        }

        return made;
    }

    private object? OrNull(Type type, bool nullable)
    {
        var value = System.Nullable.GetUnderlyingType(type);
        return (nullable || value is not null) && random.Next(3) == 0 ? null : Of(value ?? type);
    }

    private static bool Nullable(Func<NullabilityInfo> create)
    {
        lock (Nullability)
        {
            return create().WriteState == NullabilityState.Nullable;
        }
    }

    private ParameterVector Vector()
    {
        var values = new float[random.Next(40)];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        return new ParameterVector(values);
    }

    private object? Invoke(string method, Type item) =>
        typeof(Specimen).GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(item).Invoke(this, null);

    private List<T> ListOf<T>() => [.. Enumerable.Range(0, random.Next(4)).Select(_ => (T)Of(typeof(T)))];

    /// <summary>
    /// The compiler makes lists of its own types, which must be serialized as arrays are.
    /// </summary>
    private IReadOnlyList<T> ReadOnlyOf<T>() => random.Next(2) == 0 ? ListOf<T>().ToArray() : [.. ListOf<T>()];
}
