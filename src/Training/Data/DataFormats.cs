namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The formats that a folder of data may have. A new format is one class and one line here.
/// </summary>
public static class DataFormats
{
    /// <summary>
    /// The files of the formats but the first, for a sentence that says what a folder may hold.
    /// </summary>
    public static string Others => string.Join(", or ", All(IdxLayout.Standard).Skip(1).Select(format => format.Files));

    /// <summary>
    /// The format of a folder; the first format if the folder has no files of any.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="layout">The layout of the IDX files that may be there.</param>
    public static IDataFormat Of(string folder, IdxLayout layout)
    {
        IDataFormat[] all = All(layout);
        return Array.Find(all, format => format.IsIn(folder)) ?? all[0];
    }

    private static IDataFormat[] All(IdxLayout layout) =>
    [
        new IdxFormat(layout),
        new CsvFormat(),
        new PictureFormat(),
    ];
}
