namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The formats that a folder of data may have. A new format is one class and one line here.
/// </summary>
public static class DataFormats
{
    private static readonly IDataFormat[] All =
    [
        new IdxFormat(),
        new CsvFormat(),
        new PictureFormat(),
    ];

    /// <summary>
    /// The files of the formats but the first, for a sentence that says what a folder may hold.
    /// </summary>
    public static string Others => string.Join(", or ", All.Skip(1).Select(format => format.Files));

    /// <summary>
    /// The format of a folder; the first format if the folder has no files of any.
    /// </summary>
    public static IDataFormat Of(string folder) => Array.Find(All, format => format.IsIn(folder)) ?? All[0];
}
