using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Runs;
using Orleans.Serialization;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>Messages as Orleans writes, reads and copies them.</summary>
internal static class WireFormat
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddAssembly(typeof(TrainingPlan).Assembly).AddAssembly(typeof(RunRecord).Assembly))
        .BuildServiceProvider();

    public static Serializer Serializer { get; } = Services.GetRequiredService<Serializer>();

    public static DeepCopier Copier { get; } = Services.GetRequiredService<DeepCopier>();

    public static byte[] Write<T>(T value) => Serializer.SerializeToArray(value);

    public static T Read<T>(byte[] bytes) => Serializer.Deserialize<T>(bytes)!;

    public static T RoundTrip<T>(T value) => Read<T>(Write(value));

    public static T Copy<T>(T value) => Copier.Copy(value)!;
}
