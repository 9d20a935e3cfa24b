namespace Mnist.Distributed.Tests.Processes;

/// <summary>A file system without space.</summary>
internal static class FullDisk
{
    /// <summary>Writes a file until there is no space left for another byte.</summary>
    public static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = new byte[1 << 12];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // The file system is full.
        }
    }
}
