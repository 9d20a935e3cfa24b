namespace Mnist.Distributed.Training.Data;

/// <summary>How far the download of one file is.</summary>
/// <param name="File">File name.</param>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Total">Bytes to receive; null when the server does not say.</param>
public readonly record struct DownloadProgress(string File, long Bytes, long? Total);
