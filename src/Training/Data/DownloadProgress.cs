namespace Mnist.Distributed.Training.Data;

/// <summary>The progress of the download of one file.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Bytes">Bytes received so far.</param>
/// <param name="Total">Bytes of the whole file; null if the server does not tell.</param>
public readonly record struct DownloadProgress(string File, long Bytes, long? Total);
