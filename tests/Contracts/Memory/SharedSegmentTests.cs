using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mnist.Distributed.Contracts.Memory;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Tests.Contracts.Wire;
using Mnist.Distributed.Tests.Training.Files;
using Orleans.Serialization;
using Xunit;

namespace Mnist.Distributed.Tests.Contracts.Memory;

/// <summary>
/// A process writes to a segment, and another process, or another mapping in the same process,
/// reads it.
/// </summary>
public sealed partial class SharedSegmentTests
{
    public SharedSegmentTests() => Assert.SkipUnless(SharedSegment.Domain is not null, "There is no shared memory on this system.");

    [Fact]
    public void What_is_written_is_read_by_another_mapping()
    {
        var segment = SharedSegment.Create(1000);
        var mapped = SharedSegment.Open(segment.Place);
        segment.Floats.Span[999] = 0.25f;

        Assert.Equal(1000, mapped.Floats.Length);
        Assert.Equal(segment.Floats.ToArray(), mapped.Floats.ToArray());
        Assert.Equal(0.25f, mapped.Floats.Span[999]);
        GC.KeepAlive(segment);
    }

    [Fact]
    public unsafe void Data_begins_on_a_cache_line()
    {
        using var pin = SharedSegment.Create(3).Floats.Pin();
        Assert.Equal(0u, (nuint)pin.Pointer % 64);
    }

    [Fact]
    public void Something_else_in_the_same_place_is_not_taken_for_it()
    {
        var segment = SharedSegment.Create(16);
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Secret = Guid.NewGuid() }));
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Bytes = 60 }));
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Descriptor = 0 }));
        Assert.Throws<IOException>(() => SharedSegment.Open(segment.Place with { Process = int.MaxValue }));
        GC.KeepAlive(segment);
    }

    /// <summary>
    /// A cluster that loses many silos has many buffers that nobody uses any more.
    /// </summary>
    [Fact]
    public void Segments_that_nobody_has_hold_of_are_unmapped()
    {
        // No other test has segments of this size, so the test can count its own.
        const int Many = 50, Floats = 1_000_003;
        static void Leave()
        {
            for (var i = 0; i < Many; i++)
            {
                Assert.Equal(0, SharedSegment.Open(SharedSegment.Create(Floats).Place).Floats.Span[^1]);
            }
        }

        Leave();
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.InRange(Mapped(Floats), 0, 2);
    }

    private static int Mapped(int floats) => File.ReadLines("/proc/self/maps").Count(line =>
    {
        var ends = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-').Select(end => Convert.ToInt64(end, 16)).ToArray();
        return line.Contains("memfd:mnist", StringComparison.Ordinal) && (ends[1] - ends[0]) / Environment.SystemPageSize == (floats * sizeof(float) / Environment.SystemPageSize) + 1;
    });

    [Fact]
    public void A_near_vector_is_sent_as_its_place_and_read_in_place()
    {
        var segment = SharedSegment.Create(100_000);
        segment.Floats.Span.Fill(1.5f);
        var vector = new ParameterVector(segment);

        var bytes = WireFormat.Write(vector.SharedReference);
        Assert.InRange(bytes.Length, 1, 100);
        var arrived = WireFormat.Read<ParameterVector>(bytes);
        Assert.True(vector.Span.SequenceEqual(arrived.Span));
        segment.Floats.Span[7] = 2;
        Assert.Equal(2, arrived.Span[7]);

        Assert.True(WireFormat.Write(vector).Length > 400_000);
        GC.KeepAlive(segment);
    }

    [Fact]
    public void A_place_that_is_not_there_is_refused()
    {
        var segment = SharedSegment.Create(4);
        var bytes = WireFormat.Write(new ParameterVector(segment).SharedReference);
        bytes[^6] ^= 0xFF;
        Assert.Throws<SerializerException>(() => WireFormat.Read<ParameterVector>(bytes));
        GC.KeepAlive(segment);
    }

    /// <summary>
    /// If a segment were shortened after it was named, a process that reads it would be killed.
    /// </summary>
    [Fact]
    public void Nobody_can_change_the_length_of_a_segment()
    {
        var segment = SharedSegment.Create(100);
        using var file = File.OpenHandle($"/proc/self/fd/{segment.Place.Descriptor}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        Assert.ThrowsAny<SystemException>(() => RandomAccess.SetLength(file, 0));
        Assert.ThrowsAny<SystemException>(() => RandomAccess.SetLength(file, 1_000_000));
        Assert.Equal(464, RandomAccess.GetLength(file));
        GC.KeepAlive(segment);
    }

    [Fact]
    public void Memory_whose_length_may_change_is_refused()
    {
        var descriptor = CreateMemoryFile("mnist", 2);
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        var secret = Guid.NewGuid();
        RandomAccess.Write(file, secret.ToByteArray(), 0);
        RandomAccess.SetLength(file, 64 + 400);
        var place = new SharedPlace(Environment.ProcessId, descriptor, secret, 400);

        Assert.Throws<IOException>(() => SharedSegment.Open(place));

        // This seal was the only thing that was missing.
        Assert.Equal(0, Control(descriptor, 1033, 7));
        Assert.Equal(100, SharedSegment.Open(place).Floats.Length);
    }

    /// <summary>
    /// To open a pipe for reading is to wait for a writer; this pipe never gets one.
    /// </summary>
    [Fact]
    public async Task A_pipe_that_is_called_like_a_segment_is_refused_and_not_waited_for()
    {
        using var folder = new TemporaryFolder();
        var path = folder["memfd:mnist"];
        Assert.Equal(0, MakePipe(path, 0x180));
        using var pipe = new SafeFileHandle(OpenPath(path, 0x800), ownsHandle: true);
        Assert.False(pipe.IsInvalid);
        var place = new SharedPlace(Environment.ProcessId, (int)pipe.DangerousGetHandle(), Guid.NewGuid(), 400);

        await Assert.ThrowsAsync<IOException>(() => Task.Run(() => OpenSegments.At(place)).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// A process that reads a segment of another process keeps no descriptor of it open.
    /// </summary>
    [Fact]
    public void A_mapped_segment_of_somebody_else_needs_no_descriptor()
    {
        var segment = SharedSegment.Create(777);
        var before = Named(segment);
        var mapped = Enumerable.Range(0, 20).Select(_ => SharedSegment.Open(segment.Place)).ToArray();

        Assert.Equal(before, Named(segment));
        GC.KeepAlive(mapped);
    }

    /// <summary>Descriptors of this process that lead to the memory of one segment.</summary>
    private static int Named(SharedSegment segment) => Directory.EnumerateFiles("/proc/self/fd").Count(path =>
    {
        if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name.StartsWith("memfd:mnist", StringComparison.Ordinal) != true)
        {
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> secret = stackalloc byte[16];
            return RandomAccess.GetLength(file) == 64 + segment.Place.Bytes && RandomAccess.Read(file, secret, 0) == 16 && new Guid(secret) == segment.Place.Secret;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, int flags);
}
