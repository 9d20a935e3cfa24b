using System.Security.Cryptography;
using Mnist.Distributed.Grains.Runs;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Writes and reads the stored form of grain state: the SHA-256 of the contents, then the contents
/// as Orleans serializes them. So damage on a disk or in a database is found when the state is
/// read, before it is used for training.
/// </summary>
public sealed class SealedStorageSerializer(Serializer serializer) : IGrainStorageSerializer
{
    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input)
    {
        var contents = serializer.SerializeToArray(input);
        var stored = new byte[SHA256.HashSizeInBytes + contents.Length];
        SHA256.HashData(contents, stored);
        contents.CopyTo(stored, SHA256.HashSizeInBytes);
        return new BinaryData(stored);
    }

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">
    /// The contents are damaged, and the type of the state is not <see cref="IDamageable"/>.
    /// </exception>
    public T Deserialize<T>(BinaryData input)
    {
        var stored = input.ToMemory();
        if (!IsSound(stored.Span))
        {
            return Damaged<T>($"{stored.Length} stored bytes do not match their checksum");
        }

        try
        {
            return serializer.Deserialize<T>(stored[SHA256.HashSizeInBytes..])!;
        }
        catch (Exception unreadable)
        {
            return Damaged<T>($"this build cannot read what another one has stored, {unreadable.GetType().Name}");
        }
    }

    private static bool IsSound(ReadOnlySpan<byte> stored)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        return stored.Length >= digest.Length
            && SHA256.HashData(stored[digest.Length..], digest) == digest.Length
            && digest.SequenceEqual(stored[..digest.Length]);
    }

    private static T Damaged<T>(string problem)
    {
        if (!typeof(T).IsAssignableTo(typeof(IDamageable)))
        {
            throw new InvalidDataException($"The stored {typeof(T).Name} is damaged: {problem}.");
        }

        var damaged = Activator.CreateInstance<T>();
        ((IDamageable)damaged!).Damage = problem;
        return damaged;
    }
}
