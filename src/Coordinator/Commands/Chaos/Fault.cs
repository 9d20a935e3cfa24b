using System.Globalization;
using System.Text.RegularExpressions;
using Mnist.Distributed.Contracts;

namespace Mnist.Distributed.Coordinator.Commands.Chaos;

/// <summary>One fault that the nemesis makes while a cluster trains.</summary>
/// <param name="Kind">Kind of the fault.</param>
/// <param name="Target">
/// The silo: <c>run</c> (the silo of the run grain), <c>server</c> (the silo of the parameter
/// server), <c>other</c> (a silo with workers only) or <c>silo N</c> (the N-th active silo). Empty
/// for a fault that has no single target.
/// </param>
/// <param name="Seconds">Duration of a fault that ends by itself.</param>
/// <param name="Step">The fault is made as soon as this number of steps is committed.</param>
internal sealed partial record Fault(FaultKind Kind, string Target, double Seconds, long Step)
{
    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="InvalidInputException">The text is not a fault.</exception>
    public static Fault Parse(string text)
    {
        var match = Form().Match(text.Trim());
        var kind = match.Success ? Names.FirstOrDefault(name => name.Value == match.Groups["kind"].Value).Key : default;
        var seconds = match.Groups["seconds"] is { Success: true } given ? double.Parse(given.Value, CultureInfo.InvariantCulture) : 0;
        var fault = new Fault(kind, match.Groups["target"].Value, seconds, match.Success ? long.Parse(match.Groups["step"].Value, CultureInfo.InvariantCulture) : 0);
        return match.Success && HasTarget(kind) == fault.Target.Length > 0 && Passes(kind) == seconds > 0
            ? fault
            : throw new InvalidInputException(
                $"'{text.Trim()}' is not a fault: write, for example, 'kill(server) at step 500', 'stop(silo 2, 3 s) at step 600', 'slow(other, 2 s) at step 600', "
                + "'leave(run) at step 700', 'add at step 800' or 'power cut at step 900'.");
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var arguments = Passes(Kind) ? string.Create(CultureInfo.InvariantCulture, $"({Target}, {Seconds} s)") : HasTarget(Kind) ? $"({Target})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Names[Kind]}{arguments} at step {Step}");
    }

    private static readonly Dictionary<FaultKind, string> Names = new()
    {
        [FaultKind.Kill] = "kill",
        [FaultKind.Stop] = "stop",
        [FaultKind.Slow] = "slow",
        [FaultKind.Leave] = "leave",
        [FaultKind.Add] = "add",
        [FaultKind.PowerCut] = "power cut",
    };

    private static bool HasTarget(FaultKind kind) => kind is FaultKind.Kill or FaultKind.Stop or FaultKind.Slow or FaultKind.Leave;

    private static bool Passes(FaultKind kind) => kind is FaultKind.Stop or FaultKind.Slow;

    [GeneratedRegex(@"^(?<kind>kill|stop|slow|leave|add|power cut)(\((?<target>run|server|other|silo [1-9]\d?)(, (?<seconds>\d{1,3}(\.\d+)?) s)?\))? at step (?<step>\d{1,12})$")]
    private static partial Regex Form();
}

/// <summary>The kinds of faults.</summary>
internal enum FaultKind
{
    /// <summary>A silo's process is killed (SIGKILL).</summary>
    Kill,

    /// <summary>A silo's process is suspended for some seconds (SIGSTOP, SIGCONT).</summary>
    Stop,

    /// <summary>A silo's process gets a tenth of its time for some seconds.</summary>
    Slow,

    /// <summary>A silo is asked to leave (SIGTERM).</summary>
    Leave,

    /// <summary>A silo is added.</summary>
    Add,

    /// <summary>
    /// All silos are killed at once. Then the cluster is started again, and the run is resumed.
    /// </summary>
    PowerCut,
}
