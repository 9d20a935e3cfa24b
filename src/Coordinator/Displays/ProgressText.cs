using System.Globalization;
using Mnist.Distributed.Contracts.Plans;
using Mnist.Distributed.Contracts.Runs;
using Mnist.Distributed.Coordinator.Runs;

namespace Mnist.Distributed.Coordinator.Displays;

/// <summary>
/// The progress of a run in one line: a bar, the epoch, its results so far, the speed and the time
/// that is left. It is of ASCII characters, which every terminal can show.
/// </summary>
internal static class ProgressText
{
    private const string Gap = "  ";
    private const int ShortBar = 10;
    private const int LongBar = 30;

    /// <summary>A terminal has a long bar if all parts fit beside it.</summary>
    private const int ColumnsForLongBar = 120;

    /// <summary>A longer time than this is not worth an estimate, in seconds.</summary>
    private const double LongestTime = 1_000 * 3_600;

    /// <summary>
    /// The line with the most important of its parts, as many as fit. It leaves the last column
    /// free.
    /// </summary>
    /// <param name="now">The newest event of the run.</param>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="columns">Width of the terminal.</param>
    public static string Of(RunEvent.Progressed now, TrainingPlan plan, int columns)
    {
        var steps = ((long)(now.Epoch - 1) * plan.StepsPerEpoch) + now.Step;
        var done = Math.Clamp((double)steps / plan.TotalSteps, 0, 1);
        (int Rank, string Text)[] parts =
        [
            (3, Bar(done, columns < ColumnsForLongBar ? ShortBar : LongBar)),
            (0, Line($"{Math.Floor(100 * done),3} %")),
            (1, Line($"epoch {now.Epoch}/{plan.Epochs}")),
            (4, Line($"loss {now.Loss:F4}")),
            (5, now.Metric.IsOfTestOnly ? "" : $"{now.Metric.Name} {MetricText.Of(now.Metric, now.MetricValue, 1)}"),
            (6, Line($"{now.ImagesPerSecond:N0} images/s")),
            (2, Left((plan.TotalSteps - steps) * (double)plan.BatchSize / now.ImagesPerSecond)),
        ];
        var room = Math.Max(0, columns - 1);
        var left = room + Gap.Length;
        var shown = parts.Where(part => part.Text.Length > 0).OrderBy(part => part.Rank).TakeWhile(part => (left -= part.Text.Length + Gap.Length) >= 0).ToHashSet();
        var line = string.Join(Gap, parts.Where(shown.Contains).Select(part => part.Text));
        return line.Length > 0 ? line : parts[1].Text[..Math.Min(room, parts[1].Text.Length)];
    }

    private static string Bar(double done, int width)
    {
        var full = (int)(done * width);
        return $"[{new string('#', full)}{new string('-', width - full)}]";
    }

    private static string Left(double seconds)
    {
        if (!(seconds >= 0 && seconds < LongestTime))
        {
            return "";
        }

        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalHours >= 1 ? Line($"{(int)time.TotalHours}:{time:mm\\:ss} left") : Line($"{time:m\\:ss} left");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
