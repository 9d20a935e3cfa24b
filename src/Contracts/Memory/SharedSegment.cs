using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// Memory that other processes of the same user on the same machine can map: a file without a name (<c>memfd_create</c>), which they open by way of <c>/proc</c>. It
/// goes with the last process that has mapped it, however that process ends. Its length is sealed, so what is mapped can always be read.
/// </summary>
public sealed partial class SharedSegment
{
    /// <summary>The data begins on a cache line of its own, after the secret.</summary>
    private const int HeaderBytes = 64;

    /// <summary>memfd_create(2).</summary>
    private const uint CloseOnExec = 1, AllowSealing = 2, NoPrograms = 8;

    /// <summary>fcntl(2): nobody may change the length, nor these seals.</summary>
    private const int AddSeals = 1033, GetSeals = 1034, LengthSeals = 1 | 2 | 4;

    /// <summary>open(2), on every processor that the project runs on.</summary>
    private const int ReadOnly = 0, NoTerminal = 0x100, NonBlocking = 0x800, CloseOnExecFile = 0x80000;

    /// <summary>What the files are called in <c>/proc</c>.</summary>
    private const string Name = "mnist";

    /// <summary>Set to <c>off</c>, processes keep their memory to themselves.</summary>
    private const string Switch = "MNIST_SHARED_MEMORY";

    /// <summary>Holds the descriptor by which others find it; of another process's segment the mapping is enough.</summary>
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

    /// <summary>Unmaps the memory once nobody has hold of it: the view is released only after its pointer is.</summary>
    ~SharedSegment()
    {
        // One whose memory could not be mapped has no pointer to release, and a finalizer that throws ends the process.
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
    /// <exception cref="IOException">The system refuses the memory, or the process has its part of what the system allows.</exception>
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

    /// <summary>Maps a segment that another process, or this one, has made.</summary>
    /// <exception cref="IOException">It is not there.</exception>
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

    /// <summary>Asks for memory that holds no programs, which some systems insist on; those before Linux 6.3 do not know the word.</summary>
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
    /// Opens a file that can be mapped and will stay as long as it is. The place comes from a message: what is there may be anything by now, a pipe that would be waited for
    /// or a file that somebody cuts off, so it is opened without waiting and only memory with sealed length is taken.
    /// </summary>
    private static SafeFileHandle OpenFile(SharedPlace place)
    {
        var path = $"/proc/{place.Process}/fd/{place.Descriptor}";
        if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName.Contains($"memfd:{Name}", StringComparison.Ordinal) != true)
        {
            // Opening may do something to what is there.
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
