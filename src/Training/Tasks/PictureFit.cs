namespace Mnist.Distributed.Training.Tasks;

/// <summary>How a picture becomes an image of the kind that a task was trained on.</summary>
public enum PictureFit
{
    /// <summary>
    /// One symbol, scaled into the middle part of the image and centred by its mass, as MNIST was
    /// made.
    /// </summary>
    Symbol,

    /// <summary>A line of symbols, scaled to the height of the symbols of the image.</summary>
    Line,

    /// <summary>The whole picture, scaled into the image.</summary>
    Whole,
}
