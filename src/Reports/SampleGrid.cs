using System.Text;
using Mnist.Distributed.Contracts.Data;
using Mnist.Distributed.Training.Metrics;
using Mnist.Distributed.Training.Reports;
using Mnist.Distributed.Training.Tasks;
using SkiaSharp;

namespace Mnist.Distributed.Reports;

/// <summary>
/// Samples side by side, each with what the network says and what is right: masks and boxes are
/// drawn on the image, the truth in green and the network's answer in orange; other answers stand
/// below it.
/// </summary>
internal static class SampleGrid
{
    private const int Gap = 8;
    private const int TextHeight = 16;
    private const int LeastWidth = 112;

    private static readonly SKColor Truth = new(0x4c, 0xaf, 0x50);
    private static readonly SKColor Found = new(0xff, 0x98, 0x00);

    /// <summary>Draws samples; null if there are none.</summary>
    /// <param name="name">Name of the picture.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="classes">Names of the classes.</param>
    public static Picture? Of(string name, IReadOnlyList<SampleReport> samples, IReadOnlyList<string> classes)
    {
        if (samples.Count == 0)
        {
            return null;
        }

        var shape = samples[0].Shape;
        var scale = Math.Max(1, (LeastWidth + shape.Columns - 1) / shape.Columns);
        var (width, height) = (shape.Columns * scale, shape.Rows * scale);
        var columns = Math.Max(1, Math.Min(samples.Count, 980 / (width + Gap)));
        var rows = (samples.Count + columns - 1) / columns;
        var cell = (Width: width + Gap, Height: height + Gap + (2 * TextHeight));
        var size = new SKSizeI((columns * cell.Width) + Gap, (rows * cell.Height) + Gap);
        return new Picture(name, Png(size, Draw), Svg(size, Draw));

        void Draw(SKCanvas canvas)
        {
            canvas.Clear(SKColors.White);
            using var font = new SKFont(SKTypeface.Default, 12);
            for (var at = 0; at < samples.Count; at++)
            {
                var place = SKRect.Create(Gap + (at % columns * cell.Width), Gap + (at / columns * cell.Height), width, height);
                using var image = Image(samples[at]);
                canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
                Mark(canvas, samples[at].Truth, place, shape, Truth);
                Write(canvas, font, Words(samples[at].Truth, classes), place, 1, Truth);
                if (samples[at].Found is { } found)
                {
                    Mark(canvas, found, place, shape, Found);
                    Write(canvas, font, Words(found, classes), place, 2, Found);
                }
            }
        }
    }

    private static byte[] Png(SKSizeI size, Action<SKCanvas> draw)
    {
        using var surface = SKSurface.Create(new SKImageInfo(size.Width, size.Height));
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static byte[] Svg(SKSizeI size, Action<SKCanvas> draw)
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(size), stream))
        {
            draw(canvas);
        }

        return Picture.Sharp(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static SKImage Image(SampleReport sample)
    {
        using var bitmap = new SKBitmap(sample.Shape.Columns, sample.Shape.Rows);
        var plane = sample.Shape.Rows * sample.Shape.Columns;
        for (var at = 0; at < plane; at++)
        {
            bitmap.SetPixel(at % sample.Shape.Columns, at / sample.Shape.Columns, sample.Shape.Channels == 3
                ? new SKColor(sample.Pixels[at], sample.Pixels[at + plane], sample.Pixels[at + (2 * plane)])
                : new SKColor(sample.Pixels[at], sample.Pixels[at], sample.Pixels[at]));
        }

        return SKImage.FromBitmap(bitmap);
    }

    /// <summary>Draws a mask or a box on an image.</summary>
    private static void Mark(SKCanvas canvas, Answer answer, SKRect place, SampleShape shape, SKColor colour)
    {
        var (x, y) = (place.Width / shape.Columns, place.Height / shape.Rows);
        if (answer is Answer.Mask mask)
        {
            // The truth is a light area, and the answer a dot in each pixel.
            using var paint = new SKPaint { Color = colour.WithAlpha(colour == Truth ? (byte)0x70 : (byte)0xff) };
            for (var at = 0; at < mask.Pixels.Count; at++)
            {
                var pixel = SKRect.Create(place.Left + (at % shape.Columns * x), place.Top + (at / shape.Columns * y), x, y);
                if (mask.Pixels[at])
                {
                    canvas.DrawRect(colour == Truth ? pixel : SKRect.Inflate(pixel, -x / 3, -y / 3), paint);
                }
            }
        }
        else if (answer is Answer.Place { Box: var box })
        {
            using var paint = new SKPaint { Color = colour, IsStroke = true, StrokeWidth = 2 };
            canvas.DrawRect(Rectangle(box, place), paint);
        }
    }

    private static SKRect Rectangle(Box box, SKRect place) => new(
        place.Left + (float)(box.Left * place.Width),
        place.Top + (float)(box.Top * place.Height),
        place.Left + (float)(box.Right * place.Width),
        place.Top + (float)(box.Bottom * place.Height));

    private static void Write(SKCanvas canvas, SKFont font, string words, SKRect place, int line, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas.DrawText(words, place.Left, place.Bottom + (line * TextHeight) - 3, font, paint);
    }

    private static string Words(Answer answer, IReadOnlyList<string> classes) => answer switch
    {
        Answer.Class { Probabilities.Count: > 0 } found => FormattableString.Invariant($"{classes[found.Label]} {found.Probabilities[found.Label]:P0}"),
        Answer.Class truth => classes[truth.Label],
        Answer.YesNo question => question.IsYes ? "yes" : "no",
        Answer.Text text => string.Join(' ', text.Labels.Select(label => Short(classes[label]))),
        _ => "",
    };

    /// <summary>The first word of a class, such as <c>7</c> of <c>7 - seven</c>.</summary>
    private static string Short(string name) => name.Split(' ')[0];
}
