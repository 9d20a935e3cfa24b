using Mnist.Distributed.Training.Data;

namespace Mnist.Distributed.Training.Evaluation;

/// <summary>
/// The labelled images with which test images are compared: the first training images. They are the
/// same for every run on a data set, whatever part of it the run trains on.
/// </summary>
public static class Gallery
{
    /// <summary>The largest number of images.</summary>
    public const int Images = 1000;

    /// <summary>The gallery of a data set.</summary>
    public static ImageSet Of(DataSet data) => data.Train.First(Images);
}
