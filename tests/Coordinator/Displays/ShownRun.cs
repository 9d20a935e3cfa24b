using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mnist.Distributed.Tests.Processes;
using Xunit;

namespace Mnist.Distributed.Tests.Coordinator.Displays;

/// <summary>
/// What a terminal must show of a run, computed from the files of the run.
/// </summary>
/// <param name="folder">The folder of the run.</param>
/// <param name="columns">Width of the terminal; null for a file.</param>
internal sealed partial class ShownRun(string folder, int? columns)
{
    private readonly JsonElement _run = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, "run.json")));
    private readonly JsonElement[] _epochs = [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>Sentences on standard error. How many there are depends on the time.</summary>
    public static string[] WithoutRemarks(IEnumerable<string> lines) => [.. lines.Where(line => !line.StartsWith("mnist: ", StringComparison.Ordinal))];

    /// <summary>Whether a line is that of the progress.</summary>
    public static bool IsProgress(string line) => Progress().IsMatch(line);

    /// <summary>
    /// Checks a screen during the run: the heading, the epochs in their order and without a gap, and
    /// at most one line of progress, which is the last one.
    /// </summary>
    public static void IsInOrder(string[] lines)
    {
        var shown = Unwrapped(WithoutRemarks(lines));
        if (shown is [.., var last] && IsProgress(last))
        {
            shown = shown[..^1];
        }

        Assert.All(shown.Take(1), line => Assert.StartsWith("Run ", line, StringComparison.Ordinal));
        Assert.All(shown.Skip(1).Index(), line => Assert.Matches($"^epoch +{line.Index + 1}/[0-9]+  (train|test) ", line.Item));
    }

    /// <summary>Checks the lines at the end of the run.</summary>
    public void IsShownBy(string[] lines) => AreShownBy([.. Lines()], WithoutRemarks(lines));

    /// <summary>Checks the lines after those of the epochs.</summary>
    public void EndIsShownBy(string[] lines) => AreShownBy([.. Lines().SkipWhile(line => !line.StartsWith("run: ", StringComparison.Ordinal))], lines);

    private void AreShownBy(string[] expected, string[] shown)
    {
        Assert.All(shown, line => Assert.True(columns is null || line.Length <= columns || IsOneWord(line), line));
        var whole = Unwrapped(shown);
        Assert.Equal(expected.Length, whole.Length);
        Assert.All(expected.Zip(whole), pair => Assert.Equal(pair.First, pair.First.StartsWith("time: ", StringComparison.Ordinal) ? Seconds().Replace(pair.Second, "S s") : pair.Second));
    }

    private static bool IsOneWord(string line) => line.StartsWith("  mnist ", StringComparison.Ordinal) || !line.Trim().Contains(' ', StringComparison.Ordinal);

    /// <summary>Lines without the breaks between words.</summary>
    private static string[] Unwrapped(string[] lines)
    {
        var whole = new List<string>();
        foreach (var line in lines)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                whole[^1] += line[1..];
            }
            else
            {
                whole.Add(line);
            }
        }

        return [.. whole];
    }

    private IEnumerable<string> Lines()
    {
        var (id, plan) = (_run.GetProperty("run_id").GetString(), _run.GetProperty("plan"));
        var all = plan.GetProperty("epochs").GetInt32();
        yield return Text($"Run {id}: mlp on {SmallMnist.TrainCount:N0} images of {plan.GetProperty("data_set").GetString()}, {plan.GetProperty("workers")} workers, batch 30, {all} epochs, in this process");
        foreach (var (at, epoch) in _epochs.Index())
        {
            yield return Epoch(at + 1, all, epoch);
        }

        var (last, status) = (_epochs[^1], _run.GetProperty("status").GetString());
        var best = _epochs.MaxBy(epoch => Value(epoch, "test_accuracy"));
        yield return $"run: {id}";
        yield return $"status: {(status == "stopped" ? _run.GetProperty("message").GetString() : status)}";
        yield return Text($"test accuracy: {Percent(last, "test_accuracy", 2)} (best {Percent(best, "test_accuracy", 2)} in epoch {best.GetProperty("epoch")})");
        yield return Text($"test loss: {Value(last, "test_loss"):F4}");
        yield return Text($"train loss: {Value(last, "train_loss"):F4}");
        yield return Text($"images/s: {_epochs.Average(epoch => Value(epoch, "images_per_second")):N0}");
        yield return "time: S s";
        yield return $"results: {folder}";
        yield return $"weights: sha256 {_run.GetProperty("weights_sha256").GetString()}";
        if (status == "stopped")
        {
            yield return $"To go on, with the same bytes: mnist runs resume {folder}";
        }
    }

    /// <summary>An epoch in the longest of three forms that fits.</summary>
    private string Epoch(int number, int all, JsonElement epoch)
    {
        string[] forms =
        [
            Text($"epoch {number,2}/{all}  train loss {Value(epoch, "train_loss"):F4}  accuracy {Percent(epoch, "train_accuracy", 2)}   test loss {Value(epoch, "test_loss"):F4}  ")
                + Text($"accuracy {Percent(epoch, "test_accuracy", 2)}   {Value(epoch, "seconds"):F1} s  {Value(epoch, "images_per_second"):N0} images/s"),
            Text($"epoch {number,2}/{all}  train {Value(epoch, "train_loss"):F4} {Percent(epoch, "train_accuracy", 1)}  test {Value(epoch, "test_loss"):F4} {Percent(epoch, "test_accuracy", 1)}  {Value(epoch, "seconds"):F1} s"),
            Text($"epoch {number,2}/{all}  test {Value(epoch, "test_loss"):F4} {Percent(epoch, "test_accuracy", 1)}"),
        ];
        return forms.FirstOrDefault(form => columns is null || form.Length < columns) ?? forms[^1];
    }

    private static double Value(JsonElement epoch, string name) => epoch.GetProperty(name).GetDouble();

    private static string Percent(JsonElement epoch, string name, int decimals) =>
        $"{(100 * Value(epoch, name)).ToString($"F{decimals}", CultureInfo.InvariantCulture)} %";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("""^(\[#*-*\]  )?[ 0-9]{3} %  epoch [0-9]+/[0-9]+(  loss [0-9]+\.[0-9]{4})?(  accuracy [0-9]+\.[0-9] %)?(  [0-9,]+ images/s)?(  [0-9:]+ left)?$""")]
    private static partial Regex Progress();

    [GeneratedRegex(@"[0-9]+\.[0-9] s$")]
    private static partial Regex Seconds();
}
