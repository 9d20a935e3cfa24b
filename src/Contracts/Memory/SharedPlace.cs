namespace Mnist.Distributed.Contracts.Memory;

/// <summary>
/// The location of a <see cref="SharedSegment"/>, for other processes of the same user on the same
/// machine.
/// </summary>
/// <param name="Process">Id of the process that made the segment.</param>
/// <param name="Descriptor">The file descriptor of the segment in that process.</param>
/// <param name="Secret">
/// The first 16 bytes of the segment. A process that opens the segment compares them, because the
/// descriptor may belong to another segment by then.
/// </param>
/// <param name="Bytes">Size of the data in bytes, without the header.</param>
public readonly record struct SharedPlace(int Process, int Descriptor, Guid Secret, int Bytes);
