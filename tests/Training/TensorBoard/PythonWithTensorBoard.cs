using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Mnist.Distributed.Tests.Training.TensorBoard;

/// <summary>
/// A Python that can import TensorBoard's reader, if the machine has one: that of <c>PYTHON</c>, of
/// the path, or of the system. TensorFlow and <c>torch.utils.tensorboard</c> bring the same reader.
/// </summary>
internal static class PythonWithTensorBoard
{
    public const string WhyNot = "No Python here can 'import tensorboard': set PYTHON to one that can, to read event files with TensorBoard.";

    private const string Import = "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator";

    private const string Reader = $"""
        import json, sys
        {Import}
        events = EventAccumulator(sys.argv[1])
        events.Reload()
        for tag in events.Tags()['scalars']:
            for event in events.Scalars(tag):
                print(json.dumps([tag, event.step, event.wall_time, event.value]))
        """;

    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>Whether there is such a Python.</summary>
    public static bool IsHere => Found.Value is not null;

    /// <summary>Reads all numbers in the event files of a folder.</summary>
    public static async Task<IReadOnlyList<(string Tag, long Step, double Time, double Value)>> Numbers(string folder, CancellationToken cancellation)
    {
        using var process = Start(Found.Value ?? throw new InvalidOperationException(WhyNot), Reader, folder);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var printed = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, await errors);
        return
        [
            .. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(number => (number[0].GetString()!, number[1].GetInt64(), number[2].GetDouble(), number[3].GetDouble())),
        ];
    }

    private static string? Find() => new[] { Environment.GetEnvironmentVariable("PYTHON"), "python3", "/usr/bin/python3" }
        .OfType<string>()
        .FirstOrDefault(python => python.Length > 0 && CanRead(python));

    private static bool CanRead(string python)
    {
        try
        {
            using var process = Start(python, Import);
            var output = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEnd();
            _ = output.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(string python, string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(python, ["-c", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
