using Mnist.Distributed.Contracts;
using Mnist.Distributed.Training.Files;

namespace Mnist.Distributed.Training.Weights;

/// <summary>
/// Files of weights in the safetensors format: the length of the header as a little-endian 64-bit
/// number, a header in JSON with type, shape and place of every tensor, and then the bytes of the
/// tensors. Source: https://huggingface.co/docs/safetensors, section "Format".
/// </summary>
public static class SafetensorsFile
{
    /// <summary>
    /// The longest header in bytes that is accepted; as in the reference implementation.
    /// </summary>
    public const int MaximumHeaderLength = 100_000_000;

    /// <summary>
    /// Creates or replaces a file, atomically. Equal tensors in equal order with equal metadata
    /// give equal bytes.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Tensors with distinct names.</param>
    /// <param name="metadata">A map of strings for the header, or null.</param>
    /// <exception cref="InvalidInputException">The file cannot be written there.</exception>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, or the data of a tensor do not fit its shape.
    /// </exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, file => SafetensorsWriter.Write(file, tensors, metadata));

    /// <summary>Reads and validates a file.</summary>
    /// <exception cref="InvalidInputException">
    /// The file is missing, unreadable or damaged, has another format, or has tensors of an
    /// unsupported type.
    /// </exception>
    public static SafetensorsContent Read(string path) => InputFile.Read(path, file => SafetensorsReader.Read(file, Printable.Of(path)));
}
