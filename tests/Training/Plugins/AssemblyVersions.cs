using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Mnist.Distributed.Tests.Training.Plugins;

/// <summary>Changes versions in the file of an assembly.</summary>
internal static class AssemblyVersions
{
    /// <summary>
    /// Changes the major version of a reference. A row of the table of references begins with it
    /// (ECMA-335, II.22.5).
    /// </summary>
    public static void Change(string path, string reference, ushort major)
    {
        var bytes = File.ReadAllBytes(path);
        using (var image = new PEReader(new MemoryStream(bytes, writable: false)))
        {
            var metadata = image.GetMetadataReader();
            var row = metadata.AssemblyReferences.Select((handle, index) => (handle, index)).Single(entry => metadata.GetString(metadata.GetAssemblyReference(entry.handle).Name) == reference).index;
            var at = image.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef) + (row * metadata.GetTableRowSize(TableIndex.AssemblyRef));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), major);
        }

        File.WriteAllBytes(path, bytes);
    }
}
