using System.Globalization;
using System.Text.RegularExpressions;
using Mnist.Distributed.Contracts;
using Mnist.Distributed.Coordinator.Clusters;

namespace Mnist.Distributed.Coordinator.Commands.Chaos.Faults;

/// <summary>One fault that the nemesis makes while a cluster trains.</summary>
/// <param name="Kind">Kind of the fault.</param>
/// <param name="Target">
/// The silo: <c>run</c> (the silo of the run grain), <c>server</c> (the silo of the parameter
/// server), <c>other</c> (a silo with workers only) or <c>silo N</c> (the N-th active silo). Empty
/// for a fault that has no single target.
/// </param>
/// <param name="Seconds">Duration of a fault that ends by itself; 0 for the others.</param>
/// <param name="Step">The fault is made as soon as this number of steps is committed.</param>
internal sealed record Fault(FaultKind Kind, string Target, double Seconds, long Step)
{
    private static readonly Regex Form = new(
        $@"^(?<kind>{string.Join('|', FaultKinds.All.Select(kind => Regex.Escape(kind.Name)))})"
        + @"(\((?<target>run|server|other|silo [1-9]\d?)(, (?<seconds>\d{1,3}(\.\d+)?) s)?\))? at step (?<step>\d{1,12})$",
        RegexOptions.CultureInvariant);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="InvalidInputException">The text is not a fault.</exception>
    public static Fault Parse(string text)
    {
        var match = Form.Match(text.Trim());
        if (match.Success)
        {
            var kind = FaultKinds.All.First(known => known.Name == match.Groups["kind"].Value);
            var seconds = match.Groups["seconds"] is { Success: true } given ? double.Parse(given.Value, CultureInfo.InvariantCulture) : 0;
            var fault = new Fault(kind, match.Groups["target"].Value, seconds, long.Parse(match.Groups["step"].Value, CultureInfo.InvariantCulture));
            InvalidInputException.Require(Signals.CanSuspend || !kind.Suspends, $"'{text.Trim()}' suspends a silo, which this system cannot do: use another fault.");
            if (kind.HasTarget == fault.Target.Length > 0 && kind.Lasts == seconds > 0)
            {
                return fault;
            }
        }

        throw new InvalidInputException(
            $"'{text.Trim()}' is not a fault: write, for example, 'kill(server) at step 500', 'stop(silo 2, 3 s) at step 600', 'slow(other, 2 s) at step 600', "
            + "'leave(run) at step 700', 'add at step 800' or 'power cut at step 900'.");
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var arguments = Kind.Lasts ? string.Create(CultureInfo.InvariantCulture, $"({Target}, {Seconds} s)") : Kind.HasTarget ? $"({Target})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Kind.Name}{arguments} at step {Step}");
    }
}
