using Mnist.Distributed.Contracts;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Contracts.State;
using Mnist.Distributed.Training.Catalogue;
using Mnist.Distributed.Training.Data;
using Mnist.Distributed.Training.Models;
using Mnist.Distributed.Training.Tasks;
using Mnist.Distributed.Training.Weights;

namespace Mnist.Distributed.Training.Predictions;

/// <summary>
/// Lets a trained network answer for pictures. May be used by one thread at a time.
/// </summary>
public sealed class Predictor : IDisposable
{
    private readonly TrainingSetup _setup;
    private readonly Network _network;
    private readonly PicturePreparation _preparation;

    /// <summary>Binds weights.</summary>
    /// <param name="setup">The model and the task.</param>
    /// <param name="state">The weights.</param>
    public Predictor(TrainingSetup setup, TrainingState state)
    {
        _setup = setup;
        _network = setup.Model.Bind(new NetworkBinding(setup.Model.Layout, ExportedWeights.VectorOf(state), Gradient: null, MaxBatch: 1));
        _preparation = new PicturePreparation(setup.Input, setup.Task.Fit);
    }

    /// <summary>
    /// Reads images for the network from a file: one picture (PNG or JPEG), or all images of an IDX
    /// file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="prepares">
    /// Whether a picture is made like the images of the training; otherwise it is scaled only.
    /// </param>
    /// <returns>Channels x rows x columns bytes for each image.</returns>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read, or its images do not fit the network.
    /// </exception>
    public IEnumerable<byte[]> Read(string path, bool prepares)
    {
        if (Picture.IsIn(path))
        {
            return [Fit(Picture.Read(path, resized: null), prepares)];
        }

        InvalidInputException.Require(IdxFile.MayBe(path), $"{Printable.Of(path)} is neither a PNG nor a JPEG nor an IDX file: give one of them.");
        var content = IdxFile.ReadImages(path);
        var size = new ImageSize(content.Sample.Rows, content.Sample.Columns);
        return Enumerable.Range(0, content.Count)
            .Select(image => content.Items.Slice(image * content.Sample.Pixels, content.Sample.Pixels).ToArray())
            .Select(pixels => content.Sample == _setup.Input ? pixels : Fit(new Picture(size, pixels), prepares));
    }

    /// <summary>Makes an image for the network of the content of a PNG or JPEG file.</summary>
    /// <param name="file">The content.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <returns>Channels x rows x columns bytes.</returns>
    /// <exception cref="InvalidInputException">
    /// The content is no such picture, or does not fit the network.
    /// </exception>
    public byte[] Prepare(byte[] file, string name) => Fit(Picture.Decode(file, name, resized: null), prepares: true);

    /// <summary>The answer for an image.</summary>
    /// <param name="image">Channels x rows x columns bytes.</param>
    public Answer Answer(byte[] image) => _setup.Read(_network.Evaluate(new Batch(new ImageSet(image, new ushort[1], _setup.Input), [0])));

    private byte[] Fit(Picture picture, bool prepares) => prepares ? _preparation.Prepare(picture) : _preparation.Scale(picture);

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();
}
