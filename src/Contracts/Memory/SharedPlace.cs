namespace Mnist.Distributed.Contracts.Memory;

/// <summary>Where other processes of the same user on the same machine find a <see cref="SharedSegment"/>.</summary>
/// <param name="Process">Id of the process that made it.</param>
/// <param name="Descriptor">Its file descriptor there.</param>
/// <param name="Secret">What the segment begins with, so that another one in the same place is not taken for it.</param>
/// <param name="Bytes">Usable bytes.</param>
public readonly record struct SharedPlace(int Process, int Descriptor, Guid Secret, int Bytes);
