using System.Buffers.Binary;
using System.Text;

namespace Mnist.Distributed.Tests.Training.Weights;

/// <summary>Puts safetensors files together by hand.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, params byte[] data) => File(Encoding.UTF8.GetBytes(header), data);

    public static byte[] File(byte[] header, params byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
