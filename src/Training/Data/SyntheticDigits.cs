namespace Mnist.Distributed.Training.Data;

/// <summary>
/// A generated substitute for MNIST: images that look like handwritten digits, in the same format.
/// </summary>
/// <remarks>
/// A sample depends on (seed, index) only. Every machine generates the same bytes, for any degree
/// of parallelism, alone or with other samples. For this reason the code uses only integer
/// arithmetic and the operations that IEEE 754 rounds exactly on every machine: + - * / and the
/// square root.
/// </remarks>
public static class SyntheticDigits
{
    /// <summary>Number of samples in the training set, as in MNIST.</summary>
    public const int TrainCount = 60_000;

    /// <summary>Number of samples in the test set, as in MNIST.</summary>
    public const int TestCount = 10_000;

    /// <summary>Seed of the reference training set.</summary>
    public const ulong TrainSeed = 0x6D6E6973745F7472; // "mnist_tr"

    /// <summary>Seed of the reference test set: the same distribution, other samples.</summary>
    public const ulong TestSeed = 0x6D6E6973745F7465; // "mnist_te"

    /// <summary>Width and height of an image in pixels.</summary>
    public const int Side = 28;

    /// <summary>Bytes per image: one per pixel.</summary>
    public const int ImageSize = Side * Side;

    private const double Centre = (Side - 1) / 2.0;

    /// <summary>Draws consecutive samples, in parallel.</summary>
    /// <param name="seed">Selects the data set, for example <see cref="TrainSeed"/>.</param>
    /// <param name="images">Receives [count, 28, 28] row-major bytes: 0 = background, 255 =
    /// ink.</param>
    /// <param name="labels">
    /// Receives [count] digits 0-9, uniformly distributed. Its length is the number of samples.
    /// </param>
    /// <param name="firstIndex">
    /// 0-based index of the first sample. A part of the data set can so be made by itself.
    /// </param>
    /// <exception cref="ArgumentException">
    /// <paramref name="images"/> does not have <see cref="ImageSize"/> bytes for each label.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstIndex"/> is
    /// negative.</exception>
    public static void Generate(ulong seed, Memory<byte> images, Memory<byte> labels, int firstIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstIndex);
        if (images.Length != (long)labels.Length * ImageSize)
        {
            throw new ArgumentException($"Expected {ImageSize} bytes per label.", nameof(images));
        }

        Parallel.For(0, labels.Length, i =>
            labels.Span[i] = Draw(seed, firstIndex + i, images.Span.Slice(i * ImageSize, ImageSize)));
    }

    /// <summary>Draws one sample.</summary>
    /// <param name="seed">Selects the data set, for example <see cref="TrainSeed"/>.</param>
    /// <param name="index">0-based position of the sample in the data set.</param>
    /// <param name="image">Receives [28, 28] row-major bytes: 0 = background, 255 = ink.</param>
    /// <returns>The label: the digit 0-9 that was drawn.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> has another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is
    /// negative.</exception>
    public static byte Draw(ulong seed, int index, Span<byte> image)
    {
        if (image.Length != ImageSize)
        {
            throw new ArgumentException($"Expected {ImageSize} bytes.", nameof(image));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = new Generator(seed, index);
        var label = random.Below(10);
        var variants = DigitStrokes.Variants[label];
        var strokes = variants[random.Below(variants.Length)];
        var pose = new Pose(ref random);
        var pen = new Pen(random.Between(0.7, 1.7), random.Between(0.5, 1.0), Ink: true);
        Span<double> ink = stackalloc double[ImageSize];
        ink.Clear();
        var canvas = new Canvas(ink);
        foreach (var stroke in strokes)
        {
            Write(stroke, pose, pen, canvas, ref random);
        }

        if (random.Chance(0.25))
        {
            // A stray mark: from a speck to a piece of a neighbouring stroke.
            Scribble(canvas, ink: true, ref random);
        }

        if (random.Chance(0.25))
        {
            // A worn spot in the ink.
            Scribble(canvas, ink: false, ref random);
        }

        var contrast = random.Between(0.7, 1.0);
        var grain = random.Between(0, 0.2);
        for (var i = 0; i < image.Length; i++)
        {
            var value = (ink[i] * contrast) + (grain * random.Bell());
            image[i] = (byte)((Math.Clamp(value, 0, 1) * 255) + 0.5);
        }

        return (byte)label;
    }

    /// <summary>
    /// Writes one stroke. Each control point is moved at random by itself; all share the pose of
    /// the digit.
    /// </summary>
    private static void Write((double X, double Y)[] stroke, Pose pose, Pen pen, Canvas canvas, ref Generator random)
    {
        const double wobble = 1.6;
        Span<(double X, double Y)> path = stackalloc (double, double)[stroke.Length];
        for (var i = 0; i < stroke.Length; i++)
        {
            // The two equal points of a corner move together, so that the corner stays sharp.
            path[i] = i > 0 && stroke[i] == stroke[i - 1]
                ? path[i - 1]
                : pose.Apply(
                    stroke[i].X + random.Between(-wobble, wobble),
                    stroke[i].Y + random.Between(-wobble, wobble));
        }

        canvas.Curve(path, pen);
    }

    /// <summary>Writes or erases a short line at a random place.</summary>
    private static void Scribble(Canvas canvas, bool ink, ref Generator random)
    {
        var reach = ink ? 12 : 8;
        var (x, y) = (Centre + random.Between(-reach, reach), Centre + random.Between(-reach, reach));
        var end = (x + random.Between(-5, 5), y + random.Between(-5, 5));
        canvas.Curve([(x, y), end], new Pen(random.Between(0.3, 1.2), random.Between(0.5, 1.0), ink));
    }

    /// <summary>
    /// The random affine map from template to image coordinates: slant, size, rotation and
    /// position.
    /// </summary>
    private readonly struct Pose
    {
        private readonly double _slant, _width, _height, _cos, _sin, _x0, _y0;

        public Pose(ref Generator random)
        {
            _slant = random.Between(-0.25, 0.35);
            _width = random.Between(0.65, 1.05);
            _height = random.Between(0.8, 1.05);
            _x0 = Centre + random.Between(-2.5, 2.5);
            _y0 = Centre + random.Between(-2, 2);

            // The rational parametrisation of the circle needs no trigonometric functions, whose
            // bits differ between C libraries; t is the tangent of half the angle.
            var t = random.Between(-0.15, 0.15);
            _cos = (1 - (t * t)) / (1 + (t * t));
            _sin = 2 * t / (1 + (t * t));
        }

        public (double X, double Y) Apply(double x, double y)
        {
            (x, y) = ((x - (_slant * y)) * _width, y * _height);
            return (_x0 + (_cos * x) - (_sin * y), _y0 + (_sin * x) + (_cos * y));
        }
    }

    /// <summary>
    /// SplitMix64 (Steele, Lea, Flood 2014), with a separate stream for every (seed, index).
    /// </summary>
    private struct Generator(ulong seed, int index)
    {
        private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

        private ulong _state = Scramble(Scramble(seed + GoldenGamma) + (ulong)index);

        public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

        public double Between(double low, double high) => low + ((high - low) * ((Next() >> 11) * (1.0 / (1UL << 53))));

        public bool Chance(double probability) => Between(0, 1) < probability;

        /// <summary>
        /// Draws from a bell curve around 0 with a standard deviation of 0.58: the sum of four
        /// 16-bit uniforms.
        /// </summary>
        public double Bell()
        {
            var bits = Next();
            var sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
            return (sum * (1.0 / 65536)) - 2;
        }

        private ulong Next() => Scramble(_state += GoldenGamma);

        private static ulong Scramble(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
