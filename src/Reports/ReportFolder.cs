using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Training.Files;
using Mnist.Distributed.Training.Reports;

namespace Mnist.Distributed.Reports;

/// <summary>
/// Writes a report to a folder: <c>report.json</c> with all numbers, and pictures of them as PNG
/// and SVG. Every file is written atomically.
/// </summary>
public static class ReportFolder
{
    private const string DataName = "report.json";

    /// <summary>Names of all files that a report may have.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [DataName, .. new[] { "metrics", "confusion", "calibration", "embedding", "samples", "worst" }.SelectMany(Files)];

    /// <summary>Writes samples to a PNG file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="samples">The samples; at least one.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void WriteSamples(string path, IReadOnlyList<SampleReport> samples, IReadOnlyList<string> classes) =>
        AtomicFile.Write(path, stream => stream.Write(SampleGrid.Of("samples", samples, classes)!.Png));

    /// <summary>Writes the files.</summary>
    /// <param name="path">The folder; it is made if it is missing.</param>
    /// <param name="report">The report.</param>
    /// <param name="data">The shape of the data set.</param>
    /// <param name="epochs">The results of the epochs; empty if they are not known.</param>
    /// <returns>The names of the files.</returns>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string path, TestReport report, DataShape data, IReadOnlyList<EpochMetrics> epochs)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"The folder {Printable.Of(path)} cannot be made ({failure.Message.TrimEnd('.')}): choose another one.", failure);
        }

        List<Picture?> pictures =
        [
            Charts.Epochs(epochs),
            Charts.Confusion(report.Classification),
            Charts.Calibration(report.Classification?.Calibration),
            Charts.Embeddings(report.Embeddings, data.Classes.Names),
            SampleGrid.Of("samples", report.First, data.Classes.Names),
            SampleGrid.Of("worst", report.Worst, data.Classes.Names),
        ];
        List<string> names = [DataName];
        AtomicFile.WriteText(Path.Combine(path, names[0]), ReportJson.Of(report, data));
        foreach (var picture in pictures.OfType<Picture>())
        {
            foreach (var (name, content) in Files(picture.Name).Zip([picture.Png, picture.Svg]))
            {
                names.Add(name);
                AtomicFile.Write(Path.Combine(path, name), stream => stream.Write(content));
            }
        }

        return names;
    }

    private static string[] Files(string picture) => [$"{picture}.png", $"{picture}.svg"];
}
