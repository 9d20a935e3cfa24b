namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The formats that a folder of data may have. A new format is one class and one line here.
/// </summary>
public static class DataFormats
{
    private static readonly IDataFormat[] All =
    [
        new IdxFormat(),
    ];

    /// <summary>
    /// The format of a folder; the first format if the folder has no files of any.
    /// </summary>
    public static IDataFormat Of(string folder) => Array.Find(All, format => format.IsIn(folder)) ?? All[0];
}
