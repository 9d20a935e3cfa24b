using System.Buffers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Transport;
using Mnist.Distributed.Tests.Hosting.Transport.Guard;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.WireProtocol;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Wire;

/// <summary>
/// What is read names its types itself. Silos and clients make objects of messages and of
/// exceptions only; they refuse to read a value with the name of another type.
/// </summary>
public sealed class ForeignTypeTests
{
    /// <summary>The number of Orleans' serializer of exceptions, as a type.</summary>
    private const uint ExceptionCodecNumber = 21;

    /// <summary>Serialization as silos and clients configure it.</summary>
    private static readonly Serializer Serializer = Configured();

    /// <summary>Types that .NET or this assembly has, and that are in no list.</summary>
    public static TheoryData<string> Foreign =>
    [
        "System.Diagnostics.Process,System.Diagnostics.Process",
        "System.IO.FileInfo,System.Private.CoreLib",
        "System.IO.FileInfo[],System.Private.CoreLib",
        "System.Collections.Generic.List`1[[System.IO.FileInfo,System.Private.CoreLib]]",
        NameOf(typeof(Planted)),
    ];

    /// <summary>Names of types that this machine does not have.</summary>
    public static TheoryData<string> Absent =>
    [
        "System.Windows.Data.ObjectDataProvider,PresentationFramework",
        "System.Management.Automation.PSObject,System.Management.Automation",
    ];

    [Fact]
    public void Value_of_a_type_of_the_list_is_read()
    {
        Assert.IsType<RunOptions>(Read(Frames.Body("mnist.RunOptions")));
        Assert.IsType<InvalidDataException>(Read(ExceptionOf(NameOf(typeof(InvalidDataException)))));
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Value_of_another_type_is_refused_wherever_it_is(string name)
    {
        byte[][] places = [Frames.Body(name), Frames.Body(Frames.Stop, Frames.Body(name)), ExceptionOf(name)];
        Assert.All(places, bytes => Assert.Contains("is not allowed", Assert.Throws<InvalidOperationException>(() => Read(bytes)).Message, StringComparison.Ordinal));
        Assert.False(Planted.HasRun);
    }

    [Theory]
    [MemberData(nameof(Absent))]
    public void Value_of_a_type_that_is_not_there_is_refused(string name) =>
        Assert.True(Record.Exception(() => Read(Frames.Body(name))) is TypeLoadException or SerializerException);

    /// <summary>Orleans allows all types whose names end so.</summary>
    [Fact]
    public void Type_that_only_has_the_name_of_an_exception_is_refused()
    {
        var name = NameOf(typeof(NoException));
        Assert.Throws<CodecNotFoundException>(() => Read(Frames.Body(name)));
        Assert.Throws<NotSupportedException>(() => Read(ExceptionOf(name)));
        Assert.False(NoException.HasRun);
    }

    private static object? Read(byte[] bytes) => Serializer.Deserialize<object>(bytes);

    private static Serializer Configured()
    {
        var services = new ServiceCollection();
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(TrainingPlan).Assembly).AddAssembly(typeof(RunRecord).Assembly));
        ForeignExceptions.Carry(services);
        return services.BuildServiceProvider().GetRequiredService<Serializer>();
    }

    private static string NameOf(Type type) => $"{type.FullName},{type.Assembly.GetName().Name}";

    /// <summary>
    /// An exception in the form in which Orleans writes those without a serializer of their own:
    /// the name of its type is the first field.
    /// </summary>
    private static byte[] ExceptionOf(string name)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, null!);
        writer.WriteByte((byte)WireType.TagDelimited | (byte)SchemaType.WellKnown);
        writer.WriteVarUInt32(ExceptionCodecNumber);
        writer.WriteByte((byte)WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)Encoding.UTF8.GetByteCount(name));
        writer.Write(Encoding.UTF8.GetBytes(name));
        writer.WriteByte((byte)WireType.Extended | (byte)ExtendedWireType.EndTagDelimited);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    private sealed class Planted
    {
        public Planted() => HasRun = true;

        public static bool HasRun { get; private set; }
    }

    private sealed class NoException
    {
        public NoException() => HasRun = true;

        public static bool HasRun { get; private set; }
    }
}
