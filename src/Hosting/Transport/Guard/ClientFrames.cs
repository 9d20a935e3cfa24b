using System.Buffers;
using System.Text;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Hosting.Access;
using Mnist.Distributed.Hosting.Identity;
using Orleans.Serialization.Buffers;

namespace Mnist.Distributed.Hosting.Transport.Guard;

/// <summary>
/// What a client may send to a silo: requests in its own name, for methods that its role may call.
/// A message says itself who has sent it, so the rule holds the client to one name.
/// </summary>
/// <param name="role">The role of the client.</param>
internal sealed class ClientFrames(ClusterRole role) : IFrameRule
{
    /// <summary>The most bytes of what an observer asks for. The answers may be large.</summary>
    public const int MostQuestionBytes = 128 * 1024;

    /// <summary>Flags of Orleans' header of a message.</summary>
    private const uint HasRequestContext = 1 << 4, HasInterfaceVersion = 1 << 5, HasInterfaceType = 1 << 6, HasCacheInvalidation = 1 << 7, HasTimeToLive = 1 << 8;

    /// <summary>Directions of a message, in Orleans' header.</summary>
    private const uint Request = 1, OneWay = 3;

    private const string ClientType = "sys.client";

    /// <summary>How the keys of clients inside a silo begin.</summary>
    private const string InsideKey = "hosted-";

    private (string Type, string Key)? _client;

    /// <summary>
    /// Who may start a run may send the weights that it starts from. All else that a client sends
    /// is small.
    /// </summary>
    public int MostBodyBytes => role >= ClusterRole.Operator ? StateLimits.MostMessageBytes : MostQuestionBytes;

    /// <inheritdoc />
    public void Check(ReadOnlySequence<byte> header, ReadOnlySequence<byte> body)
    {
        try
        {
            CheckHeader(header);
            CheckBody(body);
        }
        catch (Exception failure) when (failure is not RefusedFrameException)
        {
            // The reader of Orleans throws many kinds of exceptions when bytes are missing.
            throw new RefusedFrameException($"its message cannot be read ({failure.Message.TrimEnd('.')})");
        }
    }

    private void CheckHeader(ReadOnlySequence<byte> header)
    {
        var reader = Reader.Create(header, null!);
        var length = header.Length;
        var flags = reader.ReadUInt32();
        var direction = flags >> 16 & 0xF;
        Refuse(direction is not (Request or OneWay), "it sends something else than a request");
        Refuse((flags & HasCacheInvalidation) != 0, "it tells where grains are, which only silos may");
        reader.ReadInt64();
        var sender = (Type: Span(ref reader, length), Key: Span(ref reader, length));
        Refuse(sender.Type != ClientType || sender.Key.StartsWith(InsideKey, StringComparison.Ordinal), "it sends in the name of a silo");
        Refuse(_client is { } known && known != sender, "it sends in the name of another client");
        _client = sender;

        Span(ref reader, length);
        Span(ref reader, length);
        for (var silo = 0; silo < 2; silo++)
        {
            WireScan.Bytes(ref reader, reader.ReadVarUInt32(), length);
        }

        if ((flags & HasTimeToLive) != 0)
        {
            reader.ReadInt32();
        }

        if ((flags & HasInterfaceType) != 0)
        {
            Span(ref reader, length);
        }

        if ((flags & HasInterfaceVersion) != 0)
        {
            reader.ReadVarUInt32();
        }

        if ((flags & HasRequestContext) != 0)
        {
            for (var values = reader.ReadVarUInt32(); values > 0; values--)
            {
                var key = reader.ReadVarUInt32();
                WireScan.Bytes(ref reader, key > 0 ? key - 1 : 0, length);
                WireScan.Field(ref reader, length);
            }
        }

        WireScan.Require(reader.Position == length);
    }

    private void CheckBody(ReadOnlySequence<byte> body)
    {
        var reader = Reader.Create(body, null!);
        var call = Call.Parse(WireScan.Field(ref reader, body.Length) ?? "") ?? throw new RefusedFrameException("it sends something else than a request");
        WireScan.Require(reader.Position == body.Length);
        var least = AccessTable.LeastRoleFor(call) ?? throw new RefusedFrameException($"it calls {call}, which only silos may");
        Refuse(role < least, $"it calls {call} with the role {CertificateSubject.NameOf(role)}, but the role {CertificateSubject.NameOf(least)} is needed");
    }

    /// <summary>Reads an identifier: its length, a hash if it is not empty, its bytes.</summary>
    private static string Span(ref Reader<ReadOnlySequenceInput> reader, long length)
    {
        var count = reader.ReadVarUInt32();
        if (count == 0)
        {
            return "";
        }

        reader.ReadInt32();
        return Encoding.UTF8.GetString(WireScan.Bytes(ref reader, count, length));
    }

    private static void Refuse(bool condition, string reason)
    {
        if (condition)
        {
            throw new RefusedFrameException(reason);
        }
    }
}
