using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// Memory that other processes of the same user on the same machine can map: a file without a name (<c>memfd_create</c>), which they open by way of <c>/proc</c>. It
/// goes with the last process that has mapped it, however that process ends. It never shrinks, so what is mapped can always be read.
/// </summary>
public sealed partial class SharedSegment
{
    /// <summary>The data begins on a cache line of its own, after the secret.</summary>
    private const int HeaderBytes = 64;

    private const uint CloseOnExec = 1;

    /// <summary>What the files are called in <c>/proc</c>.</summary>
    private const string Name = "mnist";

    /// <summary>Set to <c>off</c>, processes keep their memory to themselves.</summary>
    private const string Switch = "MNIST_SHARED_MEMORY";

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Window _window;

    private unsafe SharedSegment(SafeFileHandle file, MemoryMappedFileAccess access, SharedPlace place)
    {
        _file = file;
        _mapping = MemoryMappedFile.CreateFromFile(file, mapName: null, HeaderBytes + (long)place.Bytes, access, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, HeaderBytes + (long)place.Bytes, access);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _window = new Window(this, start, place.Bytes);
        Place = place;
    }

    /// <summary>Unmaps the memory once nobody has hold of it: the view is released only after its pointer is.</summary>
    ~SharedSegment()
    {
        // One whose memory could not be mapped has no pointer to release, and a finalizer that throws ends the process.
        if (_window is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>
    /// What two processes have in common that can map each other's segments: machine since its last start, process ids and user. Null where there is no such memory.
    /// </summary>
    public static string? Domain { get; } = DomainOfThisProcess();

    /// <summary>Where others find it.</summary>
    public SharedPlace Place { get; }

    /// <summary>The data. Keeps the segment mapped.</summary>
    public Memory<float> Floats => _window.Memory;

    /// <summary>Makes a segment of zeros, or none where there is no such memory or no more of it: what is in other memory is sent.</summary>
    /// <param name="length">Floats.</param>
    public static SharedSegment? TryCreate(int length)
    {
        try
        {
            return Domain is null ? null : Create(length);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Makes a segment of zeros; to be called where there is a <see cref="Domain"/>.</summary>
    /// <param name="length">Floats.</param>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public static unsafe SharedSegment Create(int length)
    {
        var place = new SharedPlace(Environment.ProcessId, 0, Guid.NewGuid(), length * sizeof(float));
        var file = new SafeFileHandle(CreateMemoryFile(Name, CloseOnExec), ownsHandle: true);
        if (file.IsInvalid)
        {
            throw new IOException($"The system gives no shared memory (error {Marshal.GetLastPInvokeError()}).");
        }

        RandomAccess.SetLength(file, HeaderBytes + (long)place.Bytes);
        var segment = new SharedSegment(file, MemoryMappedFileAccess.ReadWrite, place with { Descriptor = (int)file.DangerousGetHandle() });
        place.Secret.TryWriteBytes(new Span<byte>(segment._window.Start, HeaderBytes));
        return segment;
    }

    /// <summary>Maps a segment that another process, or this one, has made.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public static unsafe SharedSegment Open(SharedPlace place)
    {
        try
        {
            var path = $"/proc/{place.Process}/fd/{place.Descriptor}";
            if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName.Contains($"memfd:{Name}", StringComparison.Ordinal) != true)
            {
                // Opening it might even wait: it may be a pipe by now.
                throw new IOException("Something else is there.");
            }

            var file = File.OpenHandle(path);
            if (place.Bytes < 0 || RandomAccess.GetLength(file) != HeaderBytes + (long)place.Bytes)
            {
                file.Dispose();
                throw new IOException("It has another length.");
            }

            var segment = new SharedSegment(file, MemoryMappedFileAccess.Read, place);
            return new Guid(new ReadOnlySpan<byte>(segment._window.Start, sizeof(Guid))) == place.Secret
                ? segment
                : throw new IOException("Something else is there.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The memory that process {place.Process} shares cannot be read: {failure.Message}", failure);
        }
    }

    private static string? DomainOfThisProcess()
    {
        try
        {
            return OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(Switch) != "off" && File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false) is { } processes
                ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {processes.Name} {UserId()}"
                : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();

    /// <summary>The data as memory, for as long as anybody has hold of it.</summary>
    private sealed unsafe class Window(SharedSegment segment, byte* start, int bytes) : MemoryManager<float>
    {
        public byte* Start => start;

        public override Span<float> GetSpan() => new(start + HeaderBytes, bytes / sizeof(float));

        public override MemoryHandle Pin(int elementIndex = 0) => new((float*)(start + HeaderBytes) + elementIndex, pinnable: this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => GC.KeepAlive(segment);
    }
}
