using System.Buffers.Binary;
using System.Security.Cryptography;
using Mnist.Distributed.Grains.Runs;
using Mnist.Distributed.Hosting.Identity;
using Orleans.Serialization;
using Orleans.Storage;

namespace Mnist.Distributed.Hosting.Stores;

/// <summary>
/// Writes and reads the stored form of grain state: the SHA-256 of the contents, the length of a
/// seal, the seal, and the contents as Orleans serializes them. So damage on a disk or in a
/// database is found when the state is read, before it is used for training. A silo with an
/// identity signs what it stores, and reads only what a silo of its cluster has signed.
/// </summary>
/// <param name="serializer">The serializer of Orleans.</param>
/// <param name="identity">The identity of this silo; null for none.</param>
public sealed class SealedStorageSerializer(Serializer serializer, IdentityWatch? identity) : IGrainStorageSerializer
{
    private const int HeadBytes = SHA256.HashSizeInBytes + sizeof(int);

    /// <inheritdoc />
    public BinaryData Serialize<T>(T? input)
    {
        var contents = serializer.SerializeToArray(input);
        var digest = SHA256.HashData(contents);
        var seal = identity is null ? [] : RecordSeal.Of(digest, identity.Current).ToBytes();
        var stored = new byte[HeadBytes + seal.Length + contents.Length];
        digest.CopyTo(stored, 0);
        BinaryPrimitives.WriteInt32LittleEndian(stored.AsSpan(SHA256.HashSizeInBytes), seal.Length);
        seal.CopyTo(stored, HeadBytes);
        contents.CopyTo(stored, HeadBytes + seal.Length);
        return new BinaryData(stored);
    }

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">
    /// The contents are damaged, and the type of the state is not <see cref="IDamageable"/>.
    /// </exception>
    public T Deserialize<T>(BinaryData input)
    {
        var stored = input.ToMemory();
        if (Open(stored.Span) is not { } parts)
        {
            return Damaged<T>($"{stored.Length} stored bytes do not match their checksum");
        }

        var own = identity?.Current;
        var seal = own is null ? null : RecordSeal.Parse(stored.Span[parts.Seal]);
        if (own is not null && FaultOf(seal, stored.Span, own) is { } fault)
        {
            return Damaged<T>($"it {fault}");
        }

        try
        {
            var read = serializer.Deserialize<T>(stored[parts.Contents])!;
            if (read is ISigned signed)
            {
                signed.Signer = seal?.Signer;
                signed.IsSignerRevoked = own is not null && seal?.IsSignerRevoked(own) == true;
            }

            return read;
        }
        catch (Exception unreadable)
        {
            return Damaged<T>($"this build cannot read what another one has stored, {unreadable.GetType().Name}");
        }
    }

    /// <returns>Where the seal and the contents are; null if the bytes are damaged.</returns>
    private static (Range Seal, Range Contents)? Open(ReadOnlySpan<byte> stored)
    {
        if (stored.Length < HeadBytes)
        {
            return null;
        }

        var seal = BinaryPrimitives.ReadInt32LittleEndian(stored[SHA256.HashSizeInBytes..]);
        if (seal < 0 || seal > stored.Length - HeadBytes)
        {
            return null;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(stored[(HeadBytes + seal)..], digest);
        return digest.SequenceEqual(stored[..digest.Length]) ? (HeadBytes..(HeadBytes + seal), (HeadBytes + seal)..) : null;
    }

    private static string? FaultOf(RecordSeal? seal, ReadOnlySpan<byte> stored, ClusterIdentity identity) => seal is null
        ? "is not signed by a silo of this cluster"
        : seal.FaultOf(stored[..SHA256.HashSizeInBytes], identity);

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
