using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// Memory that other processes of the same user on the same machine can map. It is a file without a
/// name (<c>memfd_create</c>), and the other processes open it through <c>/proc</c>. The memory is
/// freed when the last process that has mapped it ends, even when that process is killed. The
/// length is sealed, so reads of mapped memory cannot fail.
/// </summary>
public sealed partial class SharedSegment
{
    /// <summary>
    /// Bytes before the data: the secret and padding. So the data begins on a cache line of its
    /// own.
    /// </summary>
    private const int HeaderBytes = 64;

    /// <summary>Flags of memfd_create(2).</summary>
    private const uint CloseOnExec = 1, AllowSealing = 2, NoPrograms = 8;

    /// <summary>
    /// Commands and flags of fcntl(2): nobody may change the length or these seals.
    /// </summary>
    private const int AddSeals = 1033, GetSeals = 1034, LengthSeals = 1 | 2 | 4;

    /// <summary>
    /// Flags of open(2). They are the same on every processor that the project supports.
    /// </summary>
    private const int ReadOnly = 0, NoTerminal = 0x100, NonBlocking = 0x800, CloseOnExecFile = 0x80000;

    /// <summary>The name of the files in <c>/proc</c>.</summary>
    private const string Name = "mnist";

    /// <summary>
    /// The environment variable that turns shared memory off, with the value <c>off</c>.
    /// </summary>
    private const string Switch = "MNIST_SHARED_MEMORY";

    /// <summary>
    /// The descriptor by which other processes find the segment. Null for a segment of another
    /// process: there the mapping is enough.
    /// </summary>
    private readonly SafeFileHandle? _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Window _window;
    private readonly bool _isTaken;

    private unsafe SharedSegment(SafeFileHandle file, MemoryMappedFileAccess access, SharedPlace place)
    {
        using var mapping = MemoryMappedFile.CreateFromFile(file, mapName: null, HeaderBytes + (long)place.Bytes, access, HandleInheritability.None, leaveOpen: true);
        _view = mapping.CreateViewAccessor(0, HeaderBytes + (long)place.Bytes, access);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _window = new Window(this, start, place.Bytes);
        _isTaken = access == MemoryMappedFileAccess.ReadWrite;
        _file = _isTaken ? file : null;
        Place = place;
    }

    /// <summary>
    /// Unmaps the memory when nobody has a reference to it. The view frees the mapping only after
    /// its pointer is released.
    /// </summary>
    ~SharedSegment()
    {
        // A segment whose memory could not be mapped has no pointer to release. A finalizer that
        // throws would end the process.
        if (_window is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        if (_isTaken)
        {
            SegmentBudget.GiveBack();
        }
    }

    /// <summary>
    /// Two processes with equal domains can map each other's segments. The domain consists of the
    /// boot id of the machine, the namespace of process ids, and the user. Null where there is no
    /// shared memory.
    /// </summary>
    public static string? Domain { get; } = DomainOfThisProcess();

    /// <summary>The location of the segment for other processes.</summary>
    public SharedPlace Place { get; }

    /// <summary>The data. A reference to this memory keeps the segment mapped.</summary>
    public Memory<float> Floats => _window.Memory;

    /// <summary>
    /// Makes a segment of zeros. Null when the system has no shared memory, or no more of it; the
    /// caller then uses ordinary memory, whose bytes are sent.
    /// </summary>
    /// <param name="length">Number of floats.</param>
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

    /// <summary>
    /// Makes a segment of zeros. Callers check first that there is a <see cref="Domain"/>.
    /// </summary>
    /// <param name="length">Number of floats.</param>
    /// <exception cref="IOException">
    /// The system refuses the memory, or the process has reached <see cref="SegmentBudget.Limit"/>.
    /// </exception>
    public static SharedSegment Create(int length)
    {
        if (!SegmentBudget.TryTake())
        {
            throw new IOException($"This process has {SegmentBudget.Limit} shared segments, its part of what the system allows.");
        }

        try
        {
            return Make(length);
        }
        catch (Exception failure)
        {
            SegmentBudget.GiveBack();
            throw failure as IOException ?? new IOException($"The system gives no shared memory ({failure.Message})", failure);
        }
    }

    /// <summary>
    /// Maps a segment that another process, or this one, has made. The mapping is read-only.
    /// </summary>
    /// <exception cref="IOException">
    /// There is no such segment at the place, or the system does not let this process map it.
    /// </exception>
    public static unsafe SharedSegment Open(SharedPlace place)
    {
        try
        {
            using var file = OpenFile(place);
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

    private static unsafe SharedSegment Make(int length)
    {
        var place = new SharedPlace(Environment.ProcessId, 0, Guid.NewGuid(), checked(length * sizeof(float)));
        var file = MakeFile();
        try
        {
            RandomAccess.SetLength(file, HeaderBytes + (long)place.Bytes);
            if (Control(file, AddSeals, LengthSeals) != 0)
            {
                throw new IOException($"The system does not seal shared memory (error {Marshal.GetLastPInvokeError()}).");
            }

            var segment = new SharedSegment(file, MemoryMappedFileAccess.ReadWrite, place with { Descriptor = (int)file.DangerousGetHandle() });
            place.Secret.TryWriteBytes(new Span<byte>(segment._window.Start, HeaderBytes));
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the file. The first attempt says that the memory holds no programs, which some systems
    /// require. Linux before 6.3 does not know that flag, so the second attempt leaves it out.
    /// </summary>
    private static SafeFileHandle MakeFile()
    {
        foreach (var flags in (ReadOnlySpan<uint>)[CloseOnExec | AllowSealing | NoPrograms, CloseOnExec | AllowSealing])
        {
            var descriptor = CreateMemoryFile(Name, flags);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }
        }

        throw new IOException($"The system gives no shared memory (error {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>
    /// Opens a file that can be mapped and that keeps its length. The place comes from a message,
    /// so by now it may name anything: a pipe that would block, or a file that somebody truncates.
    /// So the file is opened without blocking, and only a memory file with a sealed length is
    /// accepted.
    /// </summary>
    private static SafeFileHandle OpenFile(SharedPlace place)
    {
        var path = $"/proc/{place.Process}/fd/{place.Descriptor}";
        if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName.Contains($"memfd:{Name}", StringComparison.Ordinal) != true)
        {
            // The check comes before the open, because opening some files, such as devices, has
            // side effects.
            throw new IOException("Something else is there.");
        }

        var file = new SafeFileHandle(OpenPath(path, ReadOnly | NoTerminal | NonBlocking | CloseOnExecFile), ownsHandle: true);
        try
        {
            if (file.IsInvalid)
            {
                throw new IOException($"It cannot be opened (error {Marshal.GetLastPInvokeError()}).");
            }

            if (Control(file, GetSeals, 0) is var seals && (seals < 0 || (seals & LengthSeals) != LengthSeals))
            {
                throw new IOException("Something else is there, or its length may change.");
            }

            return place.Bytes >= 0 && RandomAccess.GetLength(file) == HeaderBytes + (long)place.Bytes
                ? file
                : throw new IOException("It has another length.");
        }
        catch
        {
            file.Dispose();
            throw;
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

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenPath(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();

    /// <summary>The data as memory. A reference to it keeps the segment alive.</summary>
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
