using System.Security.Cryptography;
using Mnist.Distributed.Grains.Runs;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Stored form of grain state: the SHA-256 of the contents, then the contents as Orleans writes
/// them. What a disk or a database has damaged is so found when it is read, and not when it has
/// been trained on.
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
    /// <exception cref="InvalidDataException">The contents are damaged, and the state has no way to
    /// say so itself.</exception>
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
