namespace Mnist.Distributed.Training.Data;

/// <summary>
/// The order of the pictures in a split. Any number of first pictures has the classes nearly in the
/// proportions of the whole split, so that <c>--limit</c> leaves no class out.
/// </summary>
internal static class PictureOrder
{
    private const int Scale = 30;

    /// <summary>Merges the pictures of all classes.</summary>
    /// <param name="classes">The pictures of each class, in order, with the label.</param>
    public static (string Path, int Label)[] Of(IReadOnlyList<(IReadOnlyList<string> Files, int Label)> classes) =>
    [
        .. classes
            .SelectMany(known => known.Files.Select((file, number) => (file, known.Label, Place: Place(number, known.Files.Count))))
            .OrderBy(picture => picture.Place).ThenBy(picture => picture.Label)
            .Select(picture => (picture.file, picture.Label)),
    ];

    /// <summary>The middle of the picture's part of the class, as a fraction of 2^30.</summary>
    private static long Place(int number, int count) => (((2L * number) + 1) << Scale) / (2L * count);
}
